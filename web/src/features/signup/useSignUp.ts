import { useMutation, useQuery } from "@tanstack/react-query";
import { useLoaderData } from "@tanstack/react-router";
import { useState } from "react";
import { rememberPassword } from "@/features/recovery/freshPassword";
import { foldName } from "@/kit/names";
import { setDisplayName } from "@/matrix/auth";
import { beginSignUp, goOn, type Outcome, signUp } from "@/matrix/authSignUp";
import { demandsOf } from "@/matrix/authSteps";
import { toProblem } from "@/matrix/problem";
import { type Session, saveSession } from "@/matrix/session";
import { type Draft, keptDraft, startDraft } from "./draft";

/** One sign-up, from the empty form to the account, over the letter where one is needed. */
export function useSignUp(invited: string | undefined) {
  const [draft, setDraft] = useState(() => startDraft(invited));
  const [password, setPassword] = useState("");
  const [isOver, setOver] = useState(false);
  const [refusal, setRefusal] = useState<unknown>(null);
  const begun = useQuery({
    queryKey: ["sign-up"],
    queryFn: beginSignUp,
    initialData: useLoaderData({ from: "/signup" }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const wish = {
    name: foldName(draft.name),
    password: password || undefined,
    invitation: draft.invitation.trim() || undefined,
    hasAccepted: draft.hasAccepted,
    address: draft.address.trim() || undefined,
  };

  const finish = async (session: Session) => {
    // The account is there: a name that could not be set now can be set under Me.
    await setDisplayName(session, draft.shownName.trim()).catch(() => {});
    if (password) rememberPassword(password);
    keptDraft.clear();
    saveSession(session);
  };
  const keep = (changed: Draft) => {
    keptDraft.set(changed);
    setDraft(changed);
  };
  const take = async (outcome: Outcome): Promise<boolean> => {
    if ("done" in outcome) {
      await finish(outcome.done);
      return true;
    }
    keep({ ...draft, waiting: outcome.waits, isSent: true });
    setOver(outcome.isOver);
    return outcome.isOver;
  };
  const back = (problem: unknown) => {
    setRefusal(problem);
    keep({ ...draft, isSent: false });
  };

  const submit = useMutation({
    mutationFn: async () => {
      setRefusal(null);
      return take(await signUp(wish, begun.data, draft.waiting?.letter));
    },
    // What the server asks for may have changed since the page was opened.
    onError: () => void begun.refetch(),
  });
  /** True when there is nothing more to ask. */
  const ask = async (): Promise<boolean> => {
    if (!draft.waiting) return true;
    if (!keptDraft.get()) {
      // Another tab has gone on with it, or its time is over.
      location.assign("/");
      return true;
    }
    try {
      return await take(await goOn(wish, draft.waiting));
    } catch (error) {
      if (toProblem(error).passing) throw error;
      back(error);
      return true;
    }
  };

  return {
    draft,
    change: (changes: Partial<Draft>) => setDraft((old) => ({ ...old, ...changes })),
    keep,
    password,
    setPassword,
    demands: begun.data && demandsOrNull(begun.data),
    submit,
    error: submit.error ?? refusal,
    isOver,
    setOver,
    ask,
    back,
  };
}

export type SignUpState = ReturnType<typeof useSignUp>;

function demandsOrNull(step: Parameters<typeof demandsOf>[0]) {
  try {
    return demandsOf(step);
  } catch {
    return null;
  }
}
