import { tokenize } from "linkifyjs";
import { useTranslation } from "react-i18next";
import styles from "./TextBody.module.css";

/** Only these lead somewhere; `javascript:` and the like stay text. */
const SAFE = /^(https?:|mailto:)/i;

export function TextBody({ text, edited }: { text: string; edited: boolean }) {
  const { t } = useTranslation();
  return (
    <p className={styles.text} dir="auto">
      {tokenize(text).map((token, index) => {
        const href = token.isLink ? token.toHref("https") : null;
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never move
        if (!href || !SAFE.test(href)) return <span key={index}>{token.toString()}</span>;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never move
          <a key={index} href={href} target="_blank" rel="noopener noreferrer">
            {token.toString()}
          </a>
        );
      })}
      {edited && <span className={styles.edited}> {t("chat.edited")}</span>}
    </p>
  );
}
