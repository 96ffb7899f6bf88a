import { Mark } from "@/ui/Mark";
import styles from "./Preparing.module.css";

/** A quiet wait of a second or two, with the mark. */
export function Preparing({ text }: { text: string }) {
  return (
    <main className={styles.page} role="status" aria-live="polite">
      <span className={styles.mark}>
        <Mark size={72} />
      </span>
      <p>{text}…</p>
    </main>
  );
}
