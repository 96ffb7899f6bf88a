import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { FormPage } from "@/features/account/FormPage";
import { useMessenger } from "@/features/account/messenger";
import { setStage } from "@/matrix/session";
import { Button } from "@/ui/Button";
import { takePassword } from "./freshPassword";
import { Preparing } from "./Preparing";
import { UnlockFields, useUnlock } from "./UnlockForm";

/** After sign-in on a further device. An account that has no recovery key yet gets one instead. */
export function Unlock() {
  const { t } = useTranslation();
  const { recovery } = useMessenger();
  const navigate = useNavigate();
  const exists = useQuery({
    queryKey: ["recovery-exists"],
    queryFn: () => recovery.exists(),
    retry: 2,
  });
  // There is an identity already: nobody will ask for the password that opened the account.
  useEffect(() => {
    if (exists.data) takePassword();
  }, [exists.data]);
  const go = async () => {
    setStage("ready");
    await navigate({ to: "/chats", replace: true });
  };
  const unlock = useUnlock(() => void go());
  if (exists.data === false) return <NoKeyYet />;
  if (exists.isPending) return <Preparing text={t("recovery.unlocking")} />;
  return (
    <FormPage
      title={t("recovery.unlockTitle")}
      lead={t("recovery.unlockWhy")}
      onSubmit={() => {}}
      footer={
        <>
          <Button look="plain" onPress={() => void go()}>
            {t("recovery.later")}
          </Button>
          <Button look="plain" onPress={() => void navigate({ to: "/lost-key" })}>
            {t("recovery.lost")}
          </Button>
        </>
      }
    >
      <UnlockFields unlock={unlock} />
    </FormPage>
  );
}

/** No device has made one: it is made here, as after a sign-up. */
function NoKeyYet() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  useEffect(() => {
    setStage("setup");
    void navigate({ to: "/welcome", replace: true });
  }, [navigate]);
  return <Preparing text={t("recovery.preparing")} />;
}
