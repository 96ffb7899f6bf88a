import { Outlet } from "@tanstack/react-router";
import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { Banner } from "@/ui/Banner";
import { Button } from "@/ui/Button";
import { Blocked } from "@/ui/Placeholders";
import { newVersion } from "./newVersion";
import styles from "./Root.module.css";

/** Browsers encrypt, and keep the app, only for pages that nobody can change on their way. */
export function Root() {
  const { t } = useTranslation();
  return window.isSecureContext ? <Pages /> : <Blocked text={t("app.insecure")} />;
}

function Pages() {
  const { t } = useTranslation();
  const waiting = useSyncExternalStore(newVersion.subscribe, newVersion.get);
  return (
    <>
      <Outlet />
      {waiting && (
        <div className={styles.notice}>
          <Banner
            look="info"
            action={
              <Button look="plain" onPress={waiting}>
                {t("app.useNewVersion")}
              </Button>
            }
          >
            {t("app.newVersion")}
          </Banner>
        </div>
      )}
    </>
  );
}
