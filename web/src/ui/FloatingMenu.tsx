import type { ReactNode, RefObject } from "react";
import { Menu, MenuItem, Popover } from "react-aria-components";
import styles from "./FloatingMenu.module.css";
import type { Point } from "./useMenuGestures";

export function FloatingMenu({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Popover className={styles.popover} offset={4}>
      <Menu className={styles.menu} aria-label={label}>
        {children}
      </Menu>
    </Popover>
  );
}

interface MenuOfProps {
  label: string;
  /** What the menu is about. */
  of: RefObject<HTMLElement | null>;
  /** Where it was asked for; null when by the keyboard. */
  at: Point | null;
  onClose: () => void;
  children: ReactNode;
}

/** An open menu that stands where the finger or pointer was, else beside what it is about. */
export function MenuOf({ label, of, at, onClose, children }: MenuOfProps) {
  return (
    <Popover
      className={styles.popover}
      aria-label={label}
      isOpen
      onOpenChange={(open) => !open && onClose()}
      triggerRef={of}
      getTargetRect={() => at && new DOMRect(at.x, at.y, 0, 0)}
      placement={at ? "bottom start" : "bottom"}
      offset={4}
    >
      <Menu
        className={styles.menu}
        aria-label={label}
        autoFocus={at ? true : "first"}
        onClose={onClose}
      >
        {children}
      </Menu>
    </Popover>
  );
}

interface RowProps {
  icon: ReactNode;
  text: string;
  look?: "danger";
  onAction: () => void;
}

export function MenuRow({ icon, text, look, onAction }: RowProps) {
  return (
    <MenuItem className={styles.row} data-look={look} onAction={onAction} textValue={text}>
      <span className={styles.icon} aria-hidden="true">
        {icon}
      </span>
      {text}
    </MenuItem>
  );
}
