import type { ReactNode } from "react";
import { Switch as AriaSwitch } from "react-aria-components";
import styles from "./Switch.module.css";

interface Props {
  children: ReactNode;
  isSelected: boolean;
  isDisabled?: boolean;
  onChange: (isSelected: boolean) => void;
}

/** A row that is on or off, and takes effect at once. */
export function Switch({ children, ...rest }: Props) {
  return (
    <AriaSwitch {...rest} className={styles.row}>
      <span className={styles.text}>{children}</span>
      <span className={styles.track} aria-hidden="true" />
    </AriaSwitch>
  );
}
