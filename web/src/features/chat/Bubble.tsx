import type { ReactNode } from "react";
import styles from "./Bubble.module.css";

interface Props {
  mine: boolean;
  first: boolean;
  last: boolean;
  /** A picture fills its bubble. */
  bare?: boolean;
  /** `false` when the conversation shows no faces; kept free on all but the first message of a group. */
  face?: ReactNode | false;
  name?: string | null;
  label: string;
  below?: ReactNode;
  children: ReactNode;
}

export function Bubble({ mine, first, last, bare, face, name, label, below, children }: Props) {
  return (
    <article
      className={styles.line}
      data-mine={mine || undefined}
      data-first={first || undefined}
      data-last={last || undefined}
      aria-label={label}
    >
      {face && <span className={styles.face}>{first && face}</span>}
      <div className={styles.column}>
        {name && <p className={styles.name}>{name}</p>}
        <div className={styles.bubble} data-tail={first || undefined} data-bare={bare || undefined}>
          {children}
        </div>
        {below && <div className={styles.below}>{below}</div>}
      </div>
    </article>
  );
}
