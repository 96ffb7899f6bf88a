import { type ReactNode, useEffect, useState } from "react";
import { Button } from "./Button";
import { Drawing } from "./Drawing";
import { Mark } from "./Mark";
import styles from "./Placeholders.module.css";

/** What is quick needs no sign that it loads. */
const PATIENCE_MS = 200;

export function Skeleton({ rows = 6, label }: { rows?: number; label: string }) {
  const [due, setDue] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setDue(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!due) return null;
  return (
    <div role="status" aria-label={label}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike
        <div key={row} className={styles.ghost}>
          <span className={styles.ghostFace} />
          <span className={styles.ghostText}>
            <span />
            <span />
          </span>
        </div>
      ))}
    </div>
  );
}

/** Our one drawing, one sentence, and what to do about it. */
export function EmptyState({ text, action }: { text: string; action: ReactNode }) {
  return (
    <div className={styles.state}>
      <Drawing />
      <p>{text}</p>
      {action}
    </div>
  );
}

/** A pane that has nothing to show and nothing to ask for. */
export function Blank() {
  return (
    <div className={styles.blank}>
      <Mark size={64} />
    </div>
  );
}

interface ErrorPageProps {
  text: string;
  retry: string;
  onRetry: () => void;
  /** Another way out. */
  aside?: ReactNode;
}

/** Instead of a page: it is the page. */
export function ErrorPage({ aside, ...error }: ErrorPageProps) {
  return (
    <main className={styles.page}>
      <ErrorState {...error} />
      {aside}
    </main>
  );
}

/** Instead of all pages, where trying again is of no use. */
export function Blocked({ text }: { text: string }) {
  return (
    <main className={styles.page}>
      <div className={styles.state} role="alert">
        <p>{text}</p>
      </div>
    </main>
  );
}

export function ErrorState({
  text,
  retry,
  onRetry,
}: {
  text: string;
  retry: string;
  onRetry: () => void;
}) {
  return (
    <div className={styles.state} role="alert">
      <p>{text}</p>
      <Button look="soft" onPress={onRetry}>
        {retry}
      </Button>
    </div>
  );
}
