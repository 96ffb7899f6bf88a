import { useTranslation } from "react-i18next";
import { piecesOf } from "./links";
import styles from "./TextBody.module.css";

export function TextBody({ text, edited }: { text: string; edited: boolean }) {
  const { t } = useTranslation();
  return (
    <p className={styles.text} dir="auto">
      {piecesOf(text).map((piece, index) => {
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never move
        if (!piece.href) return <span key={index}>{piece.text}</span>;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never move
          <a key={index} href={piece.href} target="_blank" rel="noopener noreferrer">
            {piece.text}
          </a>
        );
      })}
      {edited && <span className={styles.edited}> {t("chat.edited")}</span>}
    </p>
  );
}
