import { useMutation, useQuery } from "@tanstack/react-query";
import { Navigate, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { FormPage } from "@/features/account/FormPage";
import { useMessenger } from "@/features/account/messenger";
import { problemText } from "@/features/account/problemText";
import { toProblem } from "@/matrix/problem";
import { setStage } from "@/matrix/session";
import { Button } from "@/ui/Button";
import { PasswordField } from "@/ui/TextField";
import { KeepKey } from "./KeepKey";
import { Preparing } from "./Preparing";
import { UnlockFields, useUnlock } from "./UnlockForm";

/** After sign-in on a further device. An account that has no recovery key yet gets one instead. */
export function Unlock() {
  const { t } = useTranslation();
  const { recovery } = useMessenger();
  const navigate = useNavigate();
  const [lost, setLost] = useState(false);
  const exists = useQuery({
    queryKey: ["recovery-exists"],
    queryFn: () => recovery.exists(),
    retry: 2,
  });
  const go = async () => {
    setStage("ready");
    await navigate({ to: "/chats" });
  };
  const unlock = useUnlock(() => void go());
  if (exists.data === false) return <Navigate to="/welcome" />;
  if (exists.isPending) return <Preparing text={t("recovery.unlocking")} />;
  if (lost) return <StartAfresh onDone={() => void go()} onCancel={() => setLost(false)} />;
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
          <Button look="plain" onPress={() => setLost(true)}>
            {t("recovery.lost")}
          </Button>
        </>
      }
    >
      <UnlockFields unlock={unlock} />
    </FormPage>
  );
}

function StartAfresh({ onDone, onCancel }: { onDone: () => void; onCancel: () => void }) {
  const { t } = useTranslation();
  const { recovery } = useMessenger();
  const [password, setPassword] = useState("");
  const afresh = useMutation({ mutationFn: () => recovery.startAfresh(password) });
  const kept = () => {
    recovery.confirmKept();
    onDone();
  };
  if (afresh.data) return <KeepKey text={afresh.data} onKept={kept} />;
  const wrong = afresh.error && toProblem(afresh.error).status === 401;
  const problem =
    afresh.error && (wrong ? t("recovery.passwordWrong") : problemText(t, afresh.error));
  return (
    <FormPage
      title={t("recovery.lostTitle")}
      lead={t("recovery.lostWhy")}
      problem={problem}
      onSubmit={() => password && afresh.mutate()}
      footer={
        <Button look="plain" onPress={onCancel}>
          {t("common.back")}
        </Button>
      }
    >
      <PasswordField
        label={t("recovery.lostPassword")}
        showLabel={t("common.show")}
        hideLabel={t("common.hide")}
        value={password}
        onChange={setPassword}
        autoComplete="current-password"
      />
      <Button type="submit" wide isPending={afresh.isPending}>
        {t("recovery.lostSubmit")}
      </Button>
    </FormPage>
  );
}
