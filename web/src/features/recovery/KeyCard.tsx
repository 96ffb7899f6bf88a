import { Mark } from "@/ui/Mark";
import styles from "./KeyCard.module.css";

interface Props {
  text: string;
  title: string;
  owner: string;
  keep: string;
}

export function KeyCard({ text, title, owner, keep }: Props) {
  return (
    <figure className={styles.card}>
      <figcaption className={styles.head}>
        <span className={styles.mark}>
          <Mark size={28} />
        </span>
        <span>
          <strong className={styles.title}>{title}</strong>
          <span className={styles.owner}>{owner}</span>
        </span>
      </figcaption>
      <p className={styles.key} data-testid="recovery-key">
        {text.split(" ").map((group, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: groups may repeat and never move
          <span key={index}>{group} </span>
        ))}
      </p>
      <p className={styles.keep}>{keep}</p>
    </figure>
  );
}
