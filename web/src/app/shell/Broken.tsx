import type { ErrorComponentProps } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ErrorPage } from "@/ui/Placeholders";

/** Instead of a page that failed in a way that nobody thought of. */
export function Broken({ error }: ErrorComponentProps) {
  const { t } = useTranslation();
  console.error(error);
  return (
    <ErrorPage text={t("app.broken")} retry={t("common.retry")} onRetry={() => location.reload()} />
  );
}
