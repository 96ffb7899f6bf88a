import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { TFunction } from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { FormPage } from "@/features/account/FormPage";
import { problemText } from "@/features/account/problemText";
import { rememberPassword } from "@/features/recovery/freshPassword";
import { useSignal } from "@/kit/signal";
import { login } from "@/matrix/auth";
import { toProblem } from "@/matrix/problem";
import { endedElsewhere, saveSession } from "@/matrix/session";
import { Button } from "@/ui/Button";
import { linkClass } from "@/ui/linkClass";
import { PasswordField, TextField } from "@/ui/TextField";
import { useOffersEmail } from "./useOffersEmail";

function sentence(t: TFunction, error: unknown): string | null {
  if (!error) return null;
  return toProblem(error).code === "M_FORBIDDEN" ? t("signin.wrong") : problemText(t, error);
}

export function SignIn() {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [tried, setTried] = useState(false);
  const offersEmail = useOffersEmail();
  const ended = useSignal(endedElsewhere);
  const submit = useMutation({
    mutationFn: async () => {
      const session = await login(name.trim(), password);
      rememberPassword(password);
      saveSession(session);
    },
  });
  const send = () => {
    setTried(true);
    if (name.trim() && password && !submit.isPending) submit.mutate();
  };
  return (
    <FormPage
      title={t("signin.title")}
      lead={t("app.welcome")}
      problem={sentence(t, submit.error) ?? (ended ? t("signin.endedElsewhere") : null)}
      onSubmit={send}
      footer={
        <>
          {offersEmail && (
            <Link to="/forgot" className={linkClass}>
              {t("signin.forgot")}
            </Link>
          )}
          <Link to="/signup" className={linkClass}>
            {t("signin.create")}
          </Link>
        </>
      }
    >
      <TextField
        label={offersEmail ? t("signin.nameOrAddress") : t("signin.name")}
        problem={tried && !name.trim() ? t("signin.nameMissing") : null}
        value={name}
        onChange={setName}
        autoComplete="username"
        autoCorrect="off"
        spellCheck="false"
        autoFocus
      />
      <PasswordField
        label={t("signin.password")}
        problem={tried && !password ? t("signin.passwordMissing") : null}
        showLabel={t("common.show")}
        hideLabel={t("common.hide")}
        value={password}
        onChange={setPassword}
        autoComplete="current-password"
      />
      <Button type="submit" wide isPending={submit.isPending}>
        {t("signin.submit")}
      </Button>
    </FormPage>
  );
}
