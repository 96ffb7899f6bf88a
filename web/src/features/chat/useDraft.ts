import { useCallback, useEffect, useSyncExternalStore } from "react";
import { useMessenger } from "@/features/account/messenger";

/** What is half written in a chat, here or on another device; empty where nothing is. */
export function useDraftText(roomId: string): string {
  const { texts } = useMessenger().drafts;
  return useSyncExternalStore(texts.subscribe, () => texts.get().get(roomId) ?? "");
}

/** The same, to be written on; who leaves the chat finds it on the other devices. */
export function useDraft(roomId: string): [string, (text: string) => void] {
  const { drafts } = useMessenger();
  const change = useCallback((text: string) => drafts.write(roomId, text), [drafts, roomId]);
  useEffect(() => () => void drafts.flush(), [drafts]);
  return [useDraftText(roomId), change];
}
