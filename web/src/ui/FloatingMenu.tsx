import type { ReactNode } from "react";
import { Menu, MenuItem, Popover } from "react-aria-components";
import styles from "./FloatingMenu.module.css";

export function FloatingMenu({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Popover className={styles.popover} offset={4}>
      <Menu className={styles.menu} aria-label={label}>
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
