import { useCallback, useRef, useState } from "react";
import type { Conversation } from "@/matrix/timeline/conversation";

/** Loads one earlier page at a time; after a failure only when asked. */
export function useEarlier(conversation: Conversation, hasEarlier: boolean) {
  const busy = useRef(false);
  const [failed, setFailed] = useState(false);
  const run = useCallback(async () => {
    if (busy.current) return;
    busy.current = true;
    try {
      await conversation.loadEarlier();
      setFailed(false);
    } catch {
      setFailed(true);
    } finally {
      busy.current = false;
    }
  }, [conversation]);
  const load = useCallback(async () => {
    if (hasEarlier && !failed) await run();
  }, [hasEarlier, failed, run]);
  return { load, retry: run, failed };
}
