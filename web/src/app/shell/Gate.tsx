import { useMutation } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { MessengerProvider } from "@/features/account/messenger";
import { Preparing } from "@/features/recovery/Preparing";
import { useSignal } from "@/kit/signal";
import type { Messenger } from "@/matrix/messenger";
import { session } from "@/matrix/session";
import { Button } from "@/ui/Button";
import { ConfirmSheet } from "@/ui/ConfirmSheet";
import { ErrorPage } from "@/ui/Placeholders";
import { onlyTab } from "./onlyTab";

type State = "opening" | "failed" | "elsewhere" | Messenger;

/** After so long somebody wants to know what it is that takes its time. */
const PATIENCE_MS = 10_000;

/** Opens the messenger of who is signed in, in one tab at a time, and lends it to the pages inside. */
export function Gate() {
  const { t } = useTranslation();
  const { userId, deviceId } = useSignal(session) ?? {};
  const [state, setState] = useState<State>("opening");
  const [round, setRound] = useState(0);
  /** Only who pressed the button takes the place from another tab. */
  const isAsked = useRef(false);
  const again = useCallback(() => {
    isAsked.current = true;
    setRound((n) => n + 1);
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round is a new try
  useEffect(() => {
    const who = session.get();
    if (!who) return;
    setState("opening");
    const steal = isAsked.current;
    isAsked.current = false;
    return onlyTab(steal, {
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
  }, [userId, deviceId, round]);

  if (state === "opening") return <Opening />;
  if (state === "failed") {
    return (
      <ErrorPage
        text={t("app.cannotOpen")}
        retry={t("common.retry")}
        onRetry={again}
        aside={<SignOut />}
      />
    );
  }
  if (state === "elsewhere") {
    return <ErrorPage text={t("app.elsewhere")} retry={t("app.useHere")} onRetry={again} />;
  }
  return (
    <MessengerProvider value={state}>
      <Outlet />
    </MessengerProvider>
  );
}

/** A device that has nothing yet waits for the server, and goes on as soon as it answers. */
function Opening() {
  const { t } = useTranslation();
  const [isSlow, setIsSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsSlow(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <Preparing text={t("app.opening")}>
      {isSlow && (
        <>
          <p>{t("app.slow")}</p>
          <SignOut />
        </>
      )}
    </Preparing>
  );
}

function SignOut() {
  const { t } = useTranslation();
  const [isAsking, setIsAsking] = useState(false);
  const leave = useMutation({
    mutationFn: async () => {
      const who = session.get();
      const { Messenger } = await import("@/matrix/messenger");
      if (who) await Messenger.abandon(who);
    },
  });
  return (
    <>
      <Button look="plain" onPress={() => setIsAsking(true)}>
        {t("me.signOut")}
      </Button>
      <ConfirmSheet
        title={t("me.signOutTitle")}
        submit={t("me.signOutSubmit")}
        cancel={t("common.cancel")}
        danger
        isOpen={isAsking}
        isPending={leave.isPending}
        onSubmit={() => leave.mutate()}
        onClose={() => setIsAsking(false)}
      >
        <p>{t("me.signOutWhy")}</p>
        <p>{t("me.signOutUnseen")}</p>
      </ConfirmSheet>
    </>
  );
}
