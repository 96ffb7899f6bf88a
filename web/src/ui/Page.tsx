import type { ReactNode } from "react";
import styles from "./Page.module.css";

/** A bar that stays and a body that scrolls, in a column that stays readable. */
export function Page({
  bar,
  children,
  footer,
}: {
  bar: ReactNode;
  children: ReactNode;
  footer?: ReactNode;
}) {
  return (
    <section className={styles.page}>
      {bar}
      <div className={styles.body}>
        <div className={styles.column}>{children}</div>
      </div>
      {footer && <div className={styles.footer}>{footer}</div>}
    </section>
  );
}

/** A form or a few sentences, with air around them. */
export function Pad({ children }: { children: ReactNode }) {
  return <div className={styles.pad}>{children}</div>;
}

export function Section({ title, children }: { title?: string; children: ReactNode }) {
  return (
    <section className={styles.section}>
      {title && <h2 className={styles.sectionTitle}>{title}</h2>}
      <div className={styles.sheet}>{children}</div>
    </section>
  );
}
