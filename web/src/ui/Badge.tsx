import styles from "./Badge.module.css";

interface Props {
  text: string;
  /** The whole sentence for a screen reader: "3 unread messages". */
  label: string;
}

export function Badge({ text, label }: Props) {
  return (
    <span className={styles.badge} role="img" aria-label={label}>
      {text}
    </span>
  );
}
