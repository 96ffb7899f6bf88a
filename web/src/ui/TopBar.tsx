import type { ReactNode } from "react";
import styles from "./TopBar.module.css";

interface Props {
  title: ReactNode;
  second?: ReactNode;
  /** The way back, at the start of the bar. */
  back?: ReactNode;
  children?: ReactNode;
  look?: "page" | "chat";
}

export function TopBar({ title, second, back, children, look = "chat" }: Props) {
  return (
    <header className={styles.bar} data-look={look}>
      {back}
      <div className={styles.heading}>
        <h1 className={styles.title}>{title}</h1>
        {second && <p className={styles.second}>{second}</p>}
      </div>
      {children}
    </header>
  );
}
