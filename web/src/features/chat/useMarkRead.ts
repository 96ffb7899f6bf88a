import { useEffect, useState } from "react";
import type { Conversation, ConversationView } from "@/matrix/timeline/conversation";

/** What is read is what was on the screen: the end of the list, in a window that is looked at. */
export function useMarkRead(
  conversation: Conversation,
  view: ConversationView,
  atEnd: boolean,
): void {
  const [looking, setLooking] = useState(document.visibilityState === "visible");
  useEffect(() => {
    const look = () => setLooking(document.visibilityState === "visible");
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each change of the view may bring a message to read
  useEffect(() => {
    if (looking && atEnd) void conversation.markRead();
  }, [conversation, view, looking, atEnd]);
}
