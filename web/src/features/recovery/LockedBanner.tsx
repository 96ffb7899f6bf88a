import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMessenger } from "@/features/account/messenger";
import { useSignal } from "@/kit/signal";
import { Banner } from "@/ui/Banner";
import { Button } from "@/ui/Button";
import { UnlockSheet } from "./UnlockSheet";

/** Shown until the recovery key was entered on this device. */
export function LockedBanner() {
  const { t } = useTranslation();
  const locked = useSignal(useMessenger().recovery.locked);
  const [open, setOpen] = useState(false);
  return (
    <>
      {locked && (
        <Banner
          look="info"
          action={
            <Button look="plain" onPress={() => setOpen(true)}>
              {t("recovery.open")}
            </Button>
          }
        >
          {t("recovery.locked")}
        </Banner>
      )}
      <UnlockSheet isOpen={open} onClose={() => setOpen(false)} />
    </>
  );
}
