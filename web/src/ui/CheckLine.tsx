import { Check } from "@phosphor-icons/react";
import { type ReactNode, useId } from "react";
import styles from "./CheckLine.module.css";

interface Props {
  isSelected: boolean;
  onChange: (isSelected: boolean) => void;
  /** What stands before the links is pressed like the box. */
  label: string;
  /** The rest of the sentence, which may have links. */
  children?: ReactNode;
  hint?: string;
  problem?: string | null;
}

/** A sentence to agree to. */
export function CheckLine({ isSelected, onChange, label, children, hint, problem }: Props) {
  const id = useId();
  return (
    <div>
      <div className={styles.line}>
        <span className={styles.place}>
          <input
            id={id}
            type="checkbox"
            className={styles.box}
            checked={isSelected}
            onChange={(event) => onChange(event.target.checked)}
            aria-labelledby={`${id}-text`}
            aria-describedby={problem || hint ? `${id}-below` : undefined}
            aria-invalid={!!problem}
          />
          <Check className={styles.tick} weight="bold" aria-hidden />
        </span>
        <p id={`${id}-text`} className={styles.text}>
          <label htmlFor={id}>{label}</label>
          {children}
        </p>
      </div>
      {(problem || hint) && (
        <p id={`${id}-below`} className={problem ? styles.problem : styles.hint}>
          {problem ?? hint}
        </p>
      )}
    </div>
  );
}
