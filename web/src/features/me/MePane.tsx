import {
  Bell,
  Devices,
  EnvelopeSimple,
  Key,
  LockKey,
  Palette,
  SignOut,
  UserCircle,
} from "@phosphor-icons/react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Button } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { Face } from "@/features/account/Face";
import { useLocale, useMessenger } from "@/features/account/messenger";
import { useHasEmail } from "@/features/account/useHasEmail";
import { count } from "@/kit/format";
import { useSignal } from "@/kit/signal";
import { ConfirmSheet } from "@/ui/ConfirmSheet";
import { RowBody, rowClass, rowDangerClass } from "@/ui/ListRow";
import { Section } from "@/ui/Page";
import { TopBar } from "@/ui/TopBar";
import styles from "./MePane.module.css";

export function MePane() {
  const { t } = useTranslation();
  const messenger = useMessenger();
  const me = useSignal(messenger.account.me);
  const locked = useSignal(messenger.recovery.locked);
  const hasEmail = useHasEmail();
  return (
    <div className={styles.pane}>
      <TopBar title={t("me.title")} look="page" />
      <div className={styles.scroll}>
        <Section>
          <Link to="/me/profile" className={rowClass} data-inset="none">
            <RowBody
              lead={<Face id={me.userId} name={me.name} mxc={me.face} />}
              title={me.name}
              second={me.userId}
            />
          </Link>
        </Section>
        <Section>
          <Link to="/me/profile" className={rowClass} data-short data-inset="icon">
            <RowBody lead={<UserCircle />} title={t("me.profile")} />
          </Link>
          <Link to="/me/notifications" className={rowClass} data-short data-inset="icon">
            <RowBody lead={<Bell />} title={t("me.notifications")} />
          </Link>
          <Link to="/me/look" className={rowClass} data-short data-inset="icon">
            <RowBody lead={<Palette />} title={t("me.look")} />
          </Link>
          <Link to="/me/password" className={rowClass} data-short data-inset="icon">
            <RowBody lead={<LockKey />} title={t("me.password")} />
          </Link>
          <Link to="/me/devices" className={rowClass} data-short data-inset="icon">
            <RowBody lead={<Devices />} title={t("device.title")} />
          </Link>
          {hasEmail && (
            <Link to="/me/email" className={rowClass} data-short data-inset="icon">
              <RowBody lead={<EnvelopeSimple />} title={t("me.email")} />
            </Link>
          )}
          {locked ? (
            <Link to="/unlock" className={rowClass} data-short data-inset="icon">
              <RowBody lead={<Key />} title={t("recovery.unlockTitle")} />
            </Link>
          ) : (
            <Link to="/me/key" className={rowClass} data-short data-inset="icon">
              <RowBody lead={<Key />} title={t("me.newKey")} />
            </Link>
          )}
        </Section>
        <Section>
          <SignOutRow />
        </Section>
      </div>
    </div>
  );
}

function SignOutRow() {
  const { t } = useTranslation();
  const locale = useLocale();
  const messenger = useMessenger();
  const [asking, setAsking] = useState(false);
  const lost = useSignal(messenger.connection.lost);
  const losses = useQuery({
    queryKey: ["losses"],
    queryFn: () => messenger.losses(),
    enabled: asking,
    gcTime: 0,
  });
  const unsent = losses.data?.unsent ?? 0;
  const signOut = useMutation({ mutationFn: () => messenger.signOut() });
  return (
    <>
      <Button
        className={`${rowClass} ${rowDangerClass}`}
        data-short
        data-inset="icon"
        onPress={() => setAsking(true)}
      >
        <RowBody lead={<SignOut />} title={t("me.signOut")} />
      </Button>
      <ConfirmSheet
        title={t("me.signOutTitle")}
        submit={t("me.signOutSubmit")}
        cancel={t("common.cancel")}
        danger
        isOpen={asking}
        isPending={losses.isLoading || signOut.isPending}
        onSubmit={() => signOut.mutate()}
        onClose={() => setAsking(false)}
      >
        <p>{t("me.signOutWhy")}</p>
        {lost && <p>{t("me.signOutOffline")}</p>}
        {unsent > 0 && (
          <p>{t("me.signOutUnsent", { count: unsent, shown: count(unsent, locale) })}</p>
        )}
        {losses.data?.closes && <p>{t("me.signOutCloses")}</p>}
      </ConfirmSheet>
    </>
  );
}
