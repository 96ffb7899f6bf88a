import { createContext, useContext } from "react";
import type { Conversation } from "@/matrix/timeline/conversation";

/** What the messages of an open chat may ask of the chat around them. */
export interface ChatDesk {
  conversation: Conversation;
  /** Puts words into the field where one writes. */
  writeAgain: (text: string) => void;
  /** Says above that field what went wrong; null takes it away. */
  tell: (problem: string | null) => void;
}

const Context = createContext<ChatDesk | null>(null);

export const ChatDeskProvider = Context.Provider;

export function useChatDesk(): ChatDesk {
  const desk = useContext(Context);
  if (!desk) throw new Error("useChatDesk outside of an open chat");
  return desk;
}
