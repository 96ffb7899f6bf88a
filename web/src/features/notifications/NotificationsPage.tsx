import { useMutation } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useMessenger } from "@/features/account/messenger";
import { problemText } from "@/features/account/problemText";
import { useSignal } from "@/kit/signal";
import { BackLink } from "@/ui/BackLink";
import { Button } from "@/ui/Button";
import { Page, Section } from "@/ui/Page";
import { Switch } from "@/ui/Switch";
import { TopBar } from "@/ui/TopBar";
import { Explained } from "./Explained";
import styles from "./NotificationsPage.module.css";

const CAN_BE_TURNED = ["off", "on", "turningOn", "failed"];

export function NotificationsPage() {
  const { t } = useTranslation();
  const { notifications } = useMessenger();
  const state = useSignal(notifications.state);
  const turn = useMutation({
    mutationFn: (on: boolean) => (on ? notifications.turnOn() : notifications.turnOff()),
  });
  useEffect(() => {
    // Settings of the browser may have changed while one was away in them.
    const look = () => document.visibilityState === "visible" && void notifications.look();
    look();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [notifications]);
  return (
    <Page
      bar={
        <TopBar
          title={t("me.notifications")}
          back={<BackLink to="/me" label={t("common.back")} />}
        />
      }
    >
      <Section>
        <Switch
          isSelected={state === "on" || state === "turningOn"}
          isDisabled={!CAN_BE_TURNED.includes(state) || turn.isPending}
          onChange={(on) => turn.mutate(on)}
        >
          {t("notification.show")}
        </Switch>
      </Section>
      <div className={styles.words}>
        <p className={styles.why}>{t("notification.why")}</p>
        {turn.error ? (
          <p role="alert">{problemText(t, turn.error)}</p>
        ) : (
          <Explained state={state} />
        )}
        {state === "failed" && (
          <Button look="soft" isPending={turn.isPending} onPress={() => turn.mutate(true)}>
            {t("common.retry")}
          </Button>
        )}
      </div>
    </Page>
  );
}
