import type { ReactNode } from "react";
import { Mark } from "@/ui/Mark";
import styles from "./Preparing.module.css";

interface Props {
  text: string;
  /** What is said when it takes long. */
  children?: ReactNode;
}

/** A quiet wait of a second or two, with the mark. */
export function Preparing({ text, children }: Props) {
  return (
    <main className={styles.page}>
      <span className={styles.mark}>
        <Mark size={72} />
      </span>
      <div className={styles.news} role="status">
        <h1>{text}…</h1>
        {children}
      </div>
    </main>
  );
}
