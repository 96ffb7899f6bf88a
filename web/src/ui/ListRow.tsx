import type { ReactNode } from "react";
import styles from "./ListRow.module.css";

interface Props {
  lead?: ReactNode;
  title: ReactNode;
  aside?: ReactNode;
  second?: ReactNode;
  badge?: ReactNode;
}

/** The inside of a row; the row itself is a link, a button or a plain element with `rowClass`. */
export function RowBody({ lead, title, aside, second, badge }: Props) {
  return (
    <>
      {lead && <span className={styles.lead}>{lead}</span>}
      <span className={styles.text}>
        <span className={styles.line}>
          <span className={styles.title}>{title}</span>
          {aside && <span className={styles.aside}>{aside}</span>}
        </span>
        {(second || badge) && (
          <span className={styles.line}>
            <span className={styles.second}>{second}</span>
            {badge}
          </span>
        )}
      </span>
    </>
  );
}

export const rowClass = styles.row ?? "";
export const rowValueClass = styles.value ?? "";
export const rowDangerClass = styles.danger ?? "";
