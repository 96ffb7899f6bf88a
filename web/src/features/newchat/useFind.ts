import { useMutation } from "@tanstack/react-query";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { useMessenger } from "@/features/account/messenger";
import { problemText } from "@/features/account/problemText";
import { fullId } from "@/kit/names";
import { Problem, toProblem } from "@/matrix/problem";

function sentence(t: TFunction, error: unknown): string | null {
  if (!error) return null;
  const { code } = toProblem(error);
  if (code === "BAD_ID") return t("find.badId");
  if (code === "NOBODY") return t("find.nobody");
  return code === "YOURSELF" ? t("find.yourself") : problemText(t, error);
}

/** Finding a person by the exact ID: only who was told the ID can find its owner. */
export function useFind() {
  const { t } = useTranslation();
  const { people, server, session } = useMessenger();
  const find = useMutation({
    mutationFn: async (typed: string) => {
      const userId = fullId(typed, server);
      if (!userId) throw new Problem("BAD_ID");
      if (userId === session.userId) throw new Problem("YOURSELF");
      const person = await people.find(userId);
      if (!person) throw new Problem("NOBODY");
      return person;
    },
  });
  return { ...find, problem: sentence(t, find.error) };
}
