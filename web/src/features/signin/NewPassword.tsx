import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { FormPage } from "@/features/account/FormPage";
import { LetterActions, LetterSent, LetterStanding } from "@/features/account/Letter";
import { problemText } from "@/features/account/problemText";
import { useAskUntil } from "@/features/account/useAskUntil";
import type { Letter, LinkState } from "@/matrix/authLetter";
import { PasswordReset } from "@/matrix/authReset";
import { toProblem } from "@/matrix/problem";
import { Button } from "@/ui/Button";
import { CheckLine } from "@/ui/CheckLine";
import { linkClass } from "@/ui/linkClass";
import { PasswordField } from "@/ui/TextField";
import { PasswordIsSet } from "./PasswordIsSet";

const MIN_PASSWORD = 8;

interface Props {
  letter: Letter;
  onSent: (letter: Letter) => void;
  onChange: () => void;
  onSet: () => void;
}

/** While the letter is on its way: the new password, which holds once its link is opened. */
export function NewPassword({ letter, onSent, onChange, onSet }: Props) {
  const { t } = useTranslation();
  const [password, setPassword] = useState("");
  const [signOutOthers, setSignOutOthers] = useState(false);
  const [tried, setTried] = useState(false);
  const [link, setLink] = useState<LinkState | null>(null);
  const reset = useMemo(() => new PasswordReset(letter), [letter]);
  const set = useMutation({
    mutationFn: () => reset.set(password, signOutOthers),
    onSuccess: (state) => {
      setLink(state);
      if (state === "taken") onSet();
    },
  });
  const waits = link === "unopened";
  const problem = useAskUntil(async () => {
    try {
      return (await set.mutateAsync()) !== "unopened";
    } catch (error) {
      if (toProblem(error).passing) throw error;
      setLink(null);
      return true;
    }
  }, waits);

  if (link === "taken") return <PasswordIsSet address={letter.address} password={password} />;
  const isShort = password.length < MIN_PASSWORD;
  const submit = () => {
    setTried(true);
    if (!isShort && !set.isPending && !waits) set.mutate();
  };
  const type = (text: string) => {
    setPassword(text);
    // What is half typed is not set while one waits.
    if (waits) setLink(null);
  };
  const sent = (fresh: Letter) => {
    if (link === "over") setLink(null);
    onSent(fresh);
  };
  return (
    <FormPage
      title={t("forgot.newTitle")}
      lead={
        <LetterSent address={letter.address} text={(address) => t("forgot.sent", { address })} />
      }
      problem={set.error && !waits ? problemText(t, set.error) : null}
      onSubmit={submit}
      footer={
        <>
          <LetterActions letter={letter} onSent={sent} onChange={onChange} />
          <Link to="/signin" className={linkClass}>
            {t("forgot.back")}
          </Link>
        </>
      }
    >
      <PasswordField
        label={t("me.newPassword")}
        hint={t("signup.passwordHint")}
        problem={tried && isShort ? t("signup.passwordShort") : null}
        showLabel={t("common.show")}
        hideLabel={t("common.hide")}
        value={password}
        onChange={type}
        autoComplete="new-password"
        autoFocus
      />
      <CheckLine
        label={t("forgot.signOutOthers")}
        hint={t("forgot.signOutHint")}
        isSelected={signOutOthers}
        onChange={setSignOutOthers}
      />
      <Button type="submit" wide isPending={waits || set.isPending}>
        {t("forgot.newSubmit")}
      </Button>
      {(waits || link === "over") && <LetterStanding isOver={link === "over"} problem={problem} />}
    </FormPage>
  );
}
