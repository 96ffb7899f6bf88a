import type { TFunction } from "i18next";
import { addressProblem, problemText } from "@/features/account/problemText";
import type { NameProblem } from "@/kit/names";
import { toProblem } from "@/matrix/problem";

export function nameSentence(t: TFunction, problem: NameProblem): string {
  const sentences = {
    short: t("signup.nameShort"),
    long: t("signup.nameLong"),
    start: t("signup.nameStart"),
    letters: t("signup.nameLetters"),
  };
  return sentences[problem];
}

/** About the form as a whole. */
export function wholeProblem(t: TFunction, error: unknown): string | null {
  if (!error || addressProblem(t, error)) return null;
  const sentences: Record<string, string> = {
    M_USER_IN_USE: t("signup.nameTaken"),
    INVITATION_NEEDED: t("signup.invitationNeeded"),
    INVITATION_REFUSED: t("signup.invitationRefused"),
    TERMS_NEEDED: t("signup.acceptMissing"),
    EMAIL_NEEDED: t("signup.addressMissing"),
    M_MISSING_PARAM: t("recovery.passwordAgain"),
    M_FORBIDDEN: t("problem.closed"),
  };
  return sentences[toProblem(error).code] ?? problemText(t, error);
}
