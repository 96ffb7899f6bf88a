import { useTranslation } from "react-i18next";
import { useLocale } from "@/features/account/messenger";
import { dayLine } from "@/kit/format";
import { Button } from "@/ui/Button";
import styles from "./EarlierLine.module.css";
import day from "./RowView.module.css";
import type { Earlier } from "./useEarlier";

interface Props {
  state: Earlier;
  heightPx: number;
  /** When the first message that is here was written. */
  timeMs: number | undefined;
  onRetry: () => void;
}

/** Above the first message that is here, while there are earlier ones. */
export function EarlierLine({ state, heightPx, timeMs, onRetry }: Props) {
  const { t } = useTranslation();
  const locale = useLocale();
  const loading = state === "loading" && { role: "status", "aria-label": t("common.loading") };
  return (
    <div className={styles.earlier} style={{ height: heightPx }}>
      {state === "failed" ? (
        <div className={styles.failed} role="status">
          <p>{t("chat.earlierFailed")}</p>
          <Button look="plain" onPress={onRetry}>
            {t("common.retry")}
          </Button>
        </div>
      ) : (
        <div className={styles.ghosts} {...loading}>
          <span />
          <span />
        </div>
      )}
      {timeMs !== undefined && (
        <h2 className={day.day}>
          <time>{dayLine(timeMs, Date.now(), locale)}</time>
        </h2>
      )}
    </div>
  );
}
