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
