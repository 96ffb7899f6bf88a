import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/Button";
import { Sheet } from "@/ui/Sheet";
import { UnlockFields, useUnlock } from "./UnlockForm";

export function UnlockSheet({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const unlock = useUnlock(onClose);
  return (
    <Sheet
      title={t("recovery.unlockTitle")}
      closeLabel={t("common.close")}
      isOpen={isOpen}
      onClose={onClose}
    >
      <p>{t("recovery.unlockWhy")}</p>
      <UnlockFields unlock={unlock} />
      <Button wide look="plain" onPress={() => void navigate({ to: "/lost-key" })}>
        {t("recovery.lost")}
      </Button>
    </Sheet>
  );
}
