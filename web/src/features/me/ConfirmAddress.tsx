import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { LetterActions, LetterSent, LetterStanding } from "@/features/account/Letter";
import { useMessenger } from "@/features/account/messenger";
import { addressProblem, problemText } from "@/features/account/problemText";
import { useAskUntil } from "@/features/account/useAskUntil";
import type { Letter, LinkState } from "@/matrix/authLetter";
import { type Problem, toProblem } from "@/matrix/problem";
import { Button } from "@/ui/Button";
import { Form } from "@/ui/Form";
import { Pad } from "@/ui/Page";
import { PasswordField } from "@/ui/TextField";

interface Props {
  letter: Letter;
  onSent: (letter: Letter) => void;
  onEnd: () => void;
}

/** Waits for the link of the letter, then asks for the password: the owner's word. */
export function ConfirmAddress({ letter, onSent, onEnd }: Props) {
  const { t } = useTranslation();
  const { addresses } = useMessenger().account;
  const [link, setLink] = useState<LinkState>("unopened");
  const problem = useAskUntil(async () => {
    const state = await addresses.look(letter);
    setLink(state);
    return state !== "unopened";
  }, link === "unopened");
  if (link === "taken") {
    return <ShowPassword letter={letter} onAdded={onEnd} onOver={() => setLink("over")} />;
  }
  const sent = (fresh: Letter) => {
    setLink("unopened");
    onSent(fresh);
  };
  return (
    <Pad>
      <p>
        <LetterSent address={letter.address} text={(address) => t("email.sent", { address })} />
      </p>
      <LetterStanding isOver={link === "over"} problem={problem} />
      <LetterActions letter={letter} onSent={sent} onChange={onEnd} />
    </Pad>
  );
}

interface PasswordProps {
  letter: Letter;
  onAdded: () => void;
  onOver: () => void;
}

function ShowPassword({ letter, onAdded, onOver }: PasswordProps) {
  const { t } = useTranslation();
  const { addresses } = useMessenger().account;
  const [password, setPassword] = useState("");
  const add = useMutation({
    mutationFn: () => addresses.add(letter, password),
    onSuccess: onAdded,
    onError: (error) => isOver(toProblem(error)) && onOver(),
  });
  const wrong = add.error && toProblem(add.error).status === 401;
  const problem =
    add.error &&
    (wrong
      ? t("recovery.passwordWrong")
      : (addressProblem(t, add.error) ?? problemText(t, add.error)));
  return (
    <Form
      onSubmit={() => {
        if (password && !add.isPending) add.mutate();
      }}
    >
      <Pad>
        <p role="status">
          <LetterSent address={letter.address} text={(address) => t("email.opened", { address })} />
        </p>
        <PasswordField
          label={t("recovery.lostPassword")}
          problem={problem}
          showLabel={t("common.show")}
          hideLabel={t("common.hide")}
          value={password}
          onChange={setPassword}
          autoComplete="current-password"
          autoFocus
        />
        <Button type="submit" isDisabled={!password} isPending={add.isPending}>
          {t("email.add")}
        </Button>
      </Pad>
    </Form>
  );
}

const isOver = ({ code }: Problem) => code === "M_THREEPID_AUTH_FAILED";
