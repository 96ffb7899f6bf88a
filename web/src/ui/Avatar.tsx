import { initial } from "@/kit/format";
import styles from "./Avatar.module.css";

const TINTS = 5;

/** The same person has the same tint everywhere. */
function tintOf(id: string): number {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 997;
  return sum % TINTS;
}

interface Props {
  id: string;
  name: string;
  locale: string;
  src?: string | null;
  size?: "small" | "row" | "large";
}

/** Decoration beside a name: screen readers hear the name only. */
export function Avatar({ id, name, locale, src, size = "row" }: Props) {
  return (
    <span className={styles.avatar} data-size={size} data-tint={tintOf(id)} aria-hidden="true">
      {src ? <img src={src} alt="" draggable={false} /> : initial(name, locale)}
    </span>
  );
}
