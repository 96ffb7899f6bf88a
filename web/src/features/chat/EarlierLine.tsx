import { useTranslation } from "react-i18next";
import { Button } from "@/ui/Button";
import styles from "./EarlierLine.module.css";
import type { Earlier } from "./useEarlier";

interface Props {
  state: Earlier;
  heightPx: number;
  onRetry: () => void;
}

/** Above the first message that is here, while there are earlier ones. */
export function EarlierLine({ state, heightPx, onRetry }: Props) {
  const { t } = useTranslation();
  if (state === "failed")
    return (
      <div className={styles.failed} style={{ height: heightPx }} role="status">
        <p>{t("chat.earlierFailed")}</p>
        <Button look="plain" onPress={onRetry}>
          {t("common.retry")}
        </Button>
      </div>
    );
  const loading = state === "loading" && { role: "status", "aria-label": t("common.loading") };
  return (
    <div className={styles.ghosts} style={{ height: heightPx }} {...loading}>
      <span />
      <span />
    </div>
  );
}
