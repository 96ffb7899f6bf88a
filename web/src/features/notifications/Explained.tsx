import { CheckCircle, Prohibit, WarningCircle } from "@phosphor-icons/react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { NotificationState } from "@/matrix/notifications";
import styles from "./NotificationsPage.module.css";

/** How it stands, and what to do about it. */
export function Explained({ state }: { state: NotificationState }) {
  const { t } = useTranslation();
  switch (state) {
    case "on":
      return (
        <State look="good" icon={<CheckCircle weight="fill" />}>
          {t("notification.on")}
        </State>
      );
    case "turningOn":
      return <State>{t("notification.turningOn")}</State>;
    case "failed":
      return (
        <State look="warning" icon={<WarningCircle />}>
          {t("notification.failed")}
        </State>
      );
    case "blocked":
      return (
        <State look="warning" icon={<Prohibit />}>
          {t("notification.blocked")}
        </State>
      );
    case "unsupported":
      return <State icon={<Prohibit />}>{t("notification.unsupported")}</State>;
    case "unavailable":
      return <State icon={<Prohibit />}>{t("notification.unavailable")}</State>;
    case "offline":
      return <State icon={<WarningCircle />}>{t("notification.offline")}</State>;
    case "install":
      return <Install />;
    default:
      return null;
  }
}

function State({
  look,
  icon,
  children,
}: {
  look?: "good" | "warning";
  icon?: ReactNode;
  children: ReactNode;
}) {
  return (
    <p className={styles.state} data-look={look} role="status">
      {icon && (
        <span className={styles.icon} aria-hidden="true">
          {icon}
        </span>
      )}
      <span>{children}</span>
    </p>
  );
}

function Install() {
  const { t } = useTranslation();
  return (
    <div role="status">
      <p>{t("notification.install")}</p>
      <ol className={styles.steps}>
        <li>{t("notification.installShare")}</li>
        <li>{t("notification.installAdd")}</li>
        <li>{t("notification.installOpen")}</li>
      </ol>
    </div>
  );
}
