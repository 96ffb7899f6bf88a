import styles from "./Dot.module.css";

interface Props {
  look: "loud" | "quiet";
  label: string;
}

/** Something is new, and nobody counts how much. */
export function Dot({ look, label }: Props) {
  return <span className={styles.dot} data-look={look} role="img" aria-label={label} />;
}
