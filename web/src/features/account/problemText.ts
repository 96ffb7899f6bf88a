import type { TFunction } from "i18next";
import { toProblem } from "@/matrix/problem";

/** A sentence with the next step, for problems that no form explains better. */
export function problemText(t: TFunction, error: unknown): string {
  const problem = toProblem(error);
  if (problem.offline) return t("problem.offline");
  if (problem.status === 429) return t("problem.busy");
  if (problem.code === "M_FORBIDDEN") return t("problem.forbidden");
  return t("problem.unexpected");
}

/** About an address that a letter was asked for; null when something else is the matter. */
export function addressProblem(t: TFunction, error: unknown): string | null {
  const sentences: Record<string, string> = {
    BAD_ADDRESS: t("letter.badAddress"),
    M_THREEPID_IN_USE: t("letter.addressTaken"),
    M_THREEPID_NOT_FOUND: t("letter.addressUnknown"),
  };
  return (error ? sentences[toProblem(error).code] : null) ?? null;
}
