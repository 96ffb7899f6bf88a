import { useEffect, useState } from "react";
import { useMessenger } from "@/features/account/messenger";
import { useSignal } from "@/kit/signal";
import type { Conversation } from "@/matrix/timeline/conversation";

const PATIENCE_MS = 3_000;

/** The conversation of a chat, once it has reached its first unread message, or soon. Null when there is none. */
export function useConversation(roomId: string): Conversation | null | undefined {
  const messenger = useMessenger();
  const known = useSignal(messenger.chatList.chats).some((chat) => chat.roomId === roomId);
  const [open, setOpen] = useState<{ roomId: string; conversation: Conversation | null }>();
  useEffect(() => {
    const conversation = messenger.conversation(roomId);
    if (!conversation || !known) {
      setOpen({ roomId, conversation: null });
      return;
    }
    let left = false;
    const show = () => !left && setOpen({ roomId, conversation });
    // Without a connection, or with a slow one, the conversation opens with what is on the device.
    conversation.reachUnread().then(show, show);
    const patience = setTimeout(show, PATIENCE_MS);
    return () => {
      left = true;
      clearTimeout(patience);
      conversation.close();
    };
  }, [messenger, roomId, known]);
  return open?.roomId === roomId ? open.conversation : undefined;
}
