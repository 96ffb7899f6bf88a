import { useCallback, useEffect, useRef, useState } from "react";
import type { Conversation } from "@/matrix/timeline/conversation";

export type Earlier = "rest" | "loading" | "failed";

/** While one is near the start: page after page, one at a time. After a failure only when asked. */
export function useEarlier(conversation: Conversation, wanted: boolean) {
  const [state, setState] = useState<Earlier>("rest");
  const busy = useRef(false);
  const load = useCallback(async () => {
    if (busy.current) return;
    busy.current = true;
    setState("loading");
    const after = await conversation.loadEarlier().then(
      () => "rest" as const,
      () => "failed" as const,
    );
    busy.current = false;
    setState(after);
  }, [conversation]);
  useEffect(() => {
    if (wanted && state === "rest") void load();
  }, [wanted, state, load]);
  return { state, load };
}
