import { Outlet } from "@tanstack/react-router";
import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { MessengerProvider } from "@/features/account/messenger";
import { Preparing } from "@/features/recovery/Preparing";
import { useSignal } from "@/kit/signal";
import type { Messenger } from "@/matrix/messenger";
import { session } from "@/matrix/session";
import { ErrorPage } from "@/ui/Placeholders";
import { onlyTab } from "./onlyTab";

type State = "opening" | "failed" | "elsewhere" | Messenger;

/** Opens the messenger of who is signed in, in one tab at a time, and lends it to the pages inside. */
export function Gate() {
  const { t } = useTranslation();
  const userId = useSignal(session)?.userId;
  const [state, setState] = useState<State>("opening");
  const [round, setRound] = useState(0);
  const again = useCallback(() => setRound((n) => n + 1), []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round is a new try
  useEffect(() => {
    const who = session.get();
    if (!who) return;
    setState("opening");
    return onlyTab(round > 0, {
      enter: async () => {
        try {
          const { Messenger } = await import("@/matrix/messenger");
          const messenger = await Messenger.open(who);
          setState(messenger);
          return () => messenger.pause();
        } catch (error) {
          console.error(error);
          setState("failed");
          return () => {};
        }
      },
      lose: () => setState("elsewhere"),
    });
  }, [userId, round]);

  if (state === "opening") return <Preparing text={t("app.opening")} />;
  if (state === "failed")
    return <ErrorPage text={t("app.cannotOpen")} retry={t("common.retry")} onRetry={again} />;
  if (state === "elsewhere") {
    return <ErrorPage text={t("app.elsewhere")} retry={t("app.useHere")} onRetry={again} />;
  }
  return (
    <MessengerProvider value={state}>
      <Outlet />
    </MessengerProvider>
  );
}
