import type { ReactNode } from "react";
import styles from "./Banner.module.css";

interface Props {
  look: "info" | "warning";
  children: ReactNode;
  action?: ReactNode;
}

export function Banner({ look, children, action }: Props) {
  return (
    <div className={styles.banner} data-look={look} role="status">
      <p>{children}</p>
      {action}
    </div>
  );
}
