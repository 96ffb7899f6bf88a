import { LockSimple } from "@phosphor-icons/react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMessenger } from "@/features/account/messenger";
import { problemText } from "@/features/account/problemText";
import { UnlockSheet } from "@/features/recovery/UnlockSheet";
import { useSignal } from "@/kit/signal";
import { Button } from "@/ui/Button";
import styles from "./LockedBody.module.css";

/** A message that can't be read yet, with the button that helps. */
export function LockedBody({ eventId }: { eventId: string | null }) {
  const { t } = useTranslation();
  const { recovery } = useMessenger();
  const locked = useSignal(recovery.locked);
  const [open, setOpen] = useState(false);
  const ask = useMutation({ mutationFn: () => recovery.readHistory() });
  const press = () => (locked ? setOpen(true) : ask.mutate());
  return (
    <div className={styles.locked} data-event={eventId}>
      <p>
        <LockSimple size="1.125em" aria-hidden />
        {ask.isSuccess ? t("chat.stillLocked") : t("chat.locked")}
      </p>
      {ask.error && <p role="alert">{problemText(t, ask.error)}</p>}
      <Button look="plain" isPending={ask.isPending} onPress={press}>
        {ask.isPending ? t("chat.asking") : t("chat.openLocked")}
      </Button>
      <UnlockSheet isOpen={open} onClose={() => setOpen(false)} />
    </div>
  );
}
