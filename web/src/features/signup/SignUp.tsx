import { useMutation } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import type { TFunction } from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { FormPage } from "@/features/account/FormPage";
import { problemText } from "@/features/account/problemText";
import { rememberPassword } from "@/features/recovery/freshPassword";
import { foldName, type NameProblem, nameProblem } from "@/kit/names";
import { register, setDisplayName } from "@/matrix/auth";
import { toProblem } from "@/matrix/problem";
import { saveSession } from "@/matrix/session";
import { Button } from "@/ui/Button";
import { linkClass } from "@/ui/linkClass";
import { PasswordField, TextField } from "@/ui/TextField";
import { useNameAnswer } from "./useNameAnswer";

const MIN_PASSWORD = 8;

function nameSentence(t: TFunction, problem: NameProblem): string {
  const sentences = {
    short: t("signup.nameShort"),
    long: t("signup.nameLong"),
    start: t("signup.nameStart"),
    letters: t("signup.nameLetters"),
  };
  return sentences[problem];
}

function wholeProblem(t: TFunction, error: unknown): string | null {
  if (!error) return null;
  const { code } = toProblem(error);
  if (code === "M_USER_IN_USE") return t("signup.nameTaken");
  if (code === "INVITATION_NEEDED") return t("signup.invitationNeeded");
  if (code === "INVITATION_REFUSED") return t("signup.invitationRefused");
  return code === "M_FORBIDDEN" ? t("problem.closed") : problemText(t, error);
}

export function SignUp() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { invitation: invited } = useSearch({ from: "/signup" });
  const [shownName, setShownName] = useState("");
  const [typedName, setTypedName] = useState("");
  const [password, setPassword] = useState("");
  const [invitation, setInvitation] = useState(invited ?? "");
  const [tried, setTried] = useState(false);
  const name = foldName(typedName);
  const problem = nameProblem(name);
  const answer = useNameAnswer(problem ? "" : name);
  const submit = useMutation({
    mutationFn: async () => {
      const session = await register(name, password, invitation.trim() || undefined);
      // The account is there: a name that could not be set now can be set under Me.
      await setDisplayName(session, shownName.trim()).catch(() => {});
      rememberPassword(password);
      saveSession(session);
      await navigate({ to: "/welcome" });
    },
  });
  const code = submit.error && toProblem(submit.error).code;
  const wantsInvitation =
    code === "INVITATION_NEEDED" || code === "INVITATION_REFUSED" || !!invited;
  const nameText =
    problem && (tried || (name !== "" && problem !== "short")) ? nameSentence(t, problem) : null;

  const send = () => {
    setTried(true);
    const complete = shownName.trim() && !problem && password.length >= MIN_PASSWORD;
    if (complete && answer !== "taken" && !submit.isPending) submit.mutate();
  };

  return (
    <FormPage
      title={t("signup.title")}
      lead={t("app.welcome")}
      problem={wholeProblem(t, submit.error)}
      onSubmit={send}
      footer={
        <Link to="/signin" className={linkClass}>
          {t("signup.haveAccount")}
        </Link>
      }
    >
      <TextField
        label={t("signup.displayName")}
        hint={t("signup.displayNameHint")}
        problem={tried && !shownName.trim() ? t("signup.displayNameMissing") : null}
        value={shownName}
        onChange={setShownName}
        autoComplete="nickname"
        maxLength={60}
        autoFocus
      />
      <TextField
        label={t("signup.name")}
        hint={answer === "free" ? t("signup.nameFree") : t("signup.nameHint")}
        problem={answer === "taken" ? t("signup.nameTaken") : nameText}
        value={typedName}
        onChange={(text) => setTypedName(text.toLowerCase())}
        autoComplete="username"
        autoCorrect="off"
        spellCheck="false"
      />
      <PasswordField
        label={t("signup.password")}
        hint={t("signup.passwordHint")}
        problem={tried && password.length < MIN_PASSWORD ? t("signup.passwordShort") : null}
        showLabel={t("common.show")}
        hideLabel={t("common.hide")}
        value={password}
        onChange={setPassword}
        autoComplete="new-password"
      />
      {wantsInvitation && (
        <TextField
          label={t("signup.invitation")}
          value={invitation}
          onChange={setInvitation}
          autoComplete="off"
        />
      )}
      <Button type="submit" wide isPending={submit.isPending}>
        {t("signup.submit")}
      </Button>
    </FormPage>
  );
}
