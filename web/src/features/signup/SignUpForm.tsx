import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { FormPage } from "@/features/account/FormPage";
import { useLocale } from "@/features/account/messenger";
import { addressProblem } from "@/features/account/problemText";
import { looksLikeAddress } from "@/kit/emailAddress";
import { foldName, nameProblem } from "@/kit/names";
import { documentsIn } from "@/matrix/authSteps";
import { toProblem } from "@/matrix/problem";
import { Button } from "@/ui/Button";
import { linkClass } from "@/ui/linkClass";
import { PasswordField, TextField } from "@/ui/TextField";
import { Documents } from "./Documents";
import { nameSentence, wholeProblem } from "./sentences";
import { useNameAnswer } from "./useNameAnswer";
import type { SignUpState } from "./useSignUp";

const MIN_PASSWORD = 8;

/** One screen, with what this server asks for and nothing else. */
export function SignUpForm({ state }: { state: SignUpState }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const [tried, setTried] = useState(false);
  const { draft, change, password, setPassword, submit, error, demands } = state;
  const problem = nameProblem(foldName(draft.name));
  const answer = useNameAnswer(problem ? "" : foldName(draft.name));
  const code = error && toProblem(error).code;
  const documents = demands ? documentsIn(demands.policies, locale) : [];
  const wantsInvitation =
    demands?.invitation || code === "INVITATION_REFUSED" || draft.invitation !== "";
  const nameText =
    problem && (tried || (draft.name !== "" && problem !== "short"))
      ? nameSentence(t, problem)
      : null;
  const missing = {
    shownName: !draft.shownName.trim(),
    password: password.length < MIN_PASSWORD,
    address: demands?.email === true && !looksLikeAddress(draft.address),
    documents: documents.length > 0 && !draft.hasAccepted,
    invitation: demands?.invitation === true && !draft.invitation.trim(),
  };

  const addressText = draft.address.trim() ? t("letter.badAddress") : t("signup.addressMissing");

  const send = () => {
    setTried(true);
    const isComplete = !problem && !Object.values(missing).some(Boolean);
    if (isComplete && answer !== "taken" && !submit.isPending) submit.mutate();
  };

  return (
    <FormPage
      title={t("signup.title")}
      lead={t("app.welcome")}
      problem={wholeProblem(t, error)}
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
        problem={tried && missing.shownName ? t("signup.displayNameMissing") : null}
        value={draft.shownName}
        onChange={(shownName) => change({ shownName })}
        autoComplete="nickname"
        maxLength={60}
        autoFocus
      />
      <TextField
        label={t("signup.name")}
        hint={answer === "free" ? t("signup.nameFree") : t("signup.nameHint")}
        problem={answer === "taken" ? t("signup.nameTaken") : nameText}
        value={draft.name}
        onChange={(text) => change({ name: text.toLowerCase() })}
        autoComplete="username"
        autoCorrect="off"
        spellCheck="false"
      />
      <PasswordField
        label={t("signup.password")}
        hint={t("signup.passwordHint")}
        problem={tried && missing.password ? t("signup.passwordShort") : null}
        showLabel={t("common.show")}
        hideLabel={t("common.hide")}
        value={password}
        onChange={setPassword}
        autoComplete="new-password"
      />
      {demands?.email && (
        <TextField
          label={t("letter.address")}
          hint={t("signup.addressHint")}
          problem={(tried && missing.address && addressText) || addressProblem(t, error)}
          type="email"
          value={draft.address}
          onChange={(address) => change({ address })}
          autoComplete="email"
        />
      )}
      {wantsInvitation && (
        <TextField
          label={t("signup.invitation")}
          problem={tried && missing.invitation ? t("signup.invitationNeeded") : null}
          value={draft.invitation}
          onChange={(invitation) => change({ invitation })}
          autoComplete="off"
        />
      )}
      {documents.length > 0 && (
        <Documents
          documents={documents}
          hasAccepted={draft.hasAccepted}
          onChange={(hasAccepted) => change({ hasAccepted })}
          problem={tried && missing.documents ? t("signup.acceptMissing") : null}
        />
      )}
      <Button type="submit" wide isPending={submit.isPending}>
        {t("signup.submit")}
      </Button>
    </FormPage>
  );
}
