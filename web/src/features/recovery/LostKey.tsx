import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { FormPage } from "@/features/account/FormPage";
import { useMessenger } from "@/features/account/messenger";
import { problemText } from "@/features/account/problemText";
import { toProblem } from "@/matrix/problem";
import { session, setStage } from "@/matrix/session";
import { Button } from "@/ui/Button";
import { PasswordField } from "@/ui/TextField";
import { KeepKey } from "./KeepKey";

/** For who lost the recovery key: the password, then a new key. Nothing changes until it is kept. */
export function LostKey() {
  const { t } = useTranslation();
  const { recovery } = useMessenger();
  const navigate = useNavigate();
  const [password, setPassword] = useState("");
  const draw = useMutation({
    mutationFn: async () => {
      await recovery.checkPassword(password);
      return recovery.newKey();
    },
  });
  const take = useMutation({
    mutationFn: (text: string) => recovery.startAfresh(password, text),
    onSuccess: () => {
      setStage("ready");
      return navigate({ to: "/chats", replace: true });
    },
  });
  const back = () =>
    navigate({ to: session.get()?.stage === "unlock" ? "/unlock" : "/chats", replace: true });
  const { data: fresh } = draw;
  if (fresh) {
    return (
      <KeepKey
        text={fresh}
        onKept={() => take.mutate(fresh)}
        isPending={take.isPending}
        problem={take.error && problemText(t, take.error)}
      />
    );
  }
  const wrong = draw.error && toProblem(draw.error).status === 401;
  return (
    <FormPage
      title={t("recovery.lostTitle")}
      lead={t("recovery.lostWhy")}
      problem={draw.error && (wrong ? t("recovery.passwordWrong") : problemText(t, draw.error))}
      onSubmit={() => password && !draw.isPending && draw.mutate()}
      footer={
        <Button look="plain" onPress={() => void back()}>
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
      <Button type="submit" wide isPending={draw.isPending}>
        {t("recovery.lostSubmit")}
      </Button>
    </FormPage>
  );
}
