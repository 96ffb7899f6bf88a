import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { FormPage } from "@/features/account/FormPage";
import { useMessenger } from "@/features/account/messenger";
import { problemText } from "@/features/account/problemText";
import { toProblem } from "@/matrix/problem";
import { setStage } from "@/matrix/session";
import { Button } from "@/ui/Button";
import { PasswordField } from "@/ui/TextField";
import { takePassword } from "./freshPassword";
import { KeepKey } from "./KeepKey";
import { Preparing } from "./Preparing";

/** The one screen after sign-up: what is unseen happens, then the recovery key is shown. */
export function Welcome() {
  const { t } = useTranslation();
  const { recovery } = useMessenger();
  const navigate = useNavigate();
  const started = useRef(false);
  const [password, setPassword] = useState("");
  const setUp = useMutation({ mutationFn: (proof: string | null) => recovery.setUp(proof) });
  useEffect(() => {
    if (started.current) return;
    started.current = true;
    setUp.mutate(takePassword());
  }, [setUp.mutate]);

  const kept = async () => {
    recovery.confirmKept();
    setStage("ready");
    await recovery.look();
    await navigate({ to: "/chats", replace: true });
  };

  if (setUp.data) return <KeepKey text={setUp.data} onKept={() => void kept()} />;
  if (!setUp.error) return <Preparing text={t("recovery.preparing")} />;
  const code = toProblem(setUp.error).code;
  const askPassword = code === "PASSWORD_NEEDED" || code === "M_FORBIDDEN";
  return (
    <FormPage
      title={t("recovery.preparing")}
      problem={askPassword ? t("recovery.passwordAgain") : problemText(t, setUp.error)}
      onSubmit={() => setUp.mutate(password || null)}
    >
      {askPassword && (
        <PasswordField
          label={t("signin.password")}
          showLabel={t("common.show")}
          hideLabel={t("common.hide")}
          value={password}
          onChange={setPassword}
          autoComplete="current-password"
        />
      )}
      <Button type="submit" wide>
        {t("common.retry")}
      </Button>
    </FormPage>
  );
}
