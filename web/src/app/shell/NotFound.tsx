import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { primaryLinkClass } from "@/ui/linkClass";
import { EmptyState } from "@/ui/Placeholders";

export function NotFound() {
  const { t } = useTranslation();
  const action = (
    <Link to="/" className={primaryLinkClass}>
      {t("app.toChats")}
    </Link>
  );
  return <EmptyState text={t("app.notFound")} action={action} />;
}
