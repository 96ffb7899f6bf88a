import { useTranslation } from "react-i18next";
import { FormPage } from "@/features/account/FormPage";
import { LetterActions, LetterSent, LetterStanding } from "@/features/account/Letter";
import { useAskUntil } from "@/features/account/useAskUntil";
import type { Letter } from "@/matrix/authLetter";
import type { SignUpState } from "./useSignUp";

/** Waits for the link of the letter, and then goes on by itself. */
export function SignUpLetter({ state, letter }: { state: SignUpState; letter: Letter }) {
  const { t } = useTranslation();
  const { draft, isOver } = state;
  const problem = useAskUntil(state.ask, !isOver);
  const sent = (fresh: Letter) => {
    state.keep({ ...draft, waiting: { ...draft.waiting, letter: fresh } });
    state.setOver(false);
  };
  return (
    <FormPage
      title={t("letter.title")}
      lead={
        <LetterSent address={letter.address} text={(address) => t("letter.sent", { address })} />
      }
      onSubmit={() => {}}
      footer={<LetterActions letter={letter} onSent={sent} onChange={() => state.back(null)} />}
    >
      <LetterStanding isOver={isOver} problem={problem} />
    </FormPage>
  );
}
