import { localpart } from "@/kit/names";
import type { Language } from "@/kit/workerLanguage";
import { say } from "./say";

/** What the server pushes: who and where, never what was said. */
export interface Pushed {
  room_id?: string;
  event_id?: string;
  type?: string;
  sender?: string;
  sender_display_name?: string;
  room_name?: string;
  membership?: string;
  user_is_target?: boolean;
  prio?: "high" | "low";
  unread?: number;
  app_id?: string;
  ack_token?: string;
}

export interface Notice {
  title: string;
  body: string;
  /** One notification for each chat: a newer one takes the place of an older one. */
  tag: string;
  silent: boolean;
  data: { roomId: string; eventId: string | undefined; count: number };
}

const MAX_COUNT = 99;

/** `earlier`: how many messages the notification of this chat stands for already. */
export function noticeOf(pushed: Pushed, language: Language, earlier: number): Notice | null {
  const { room_id: roomId } = pushed;
  if (!roomId) return null;
  const name = pushed.sender_display_name || (pushed.sender ? localpart(pushed.sender) : "");
  const count = Math.min(earlier + 1, MAX_COUNT);
  return {
    title: pushed.room_name || name || say(language, "app.name"),
    body: bodyOf(pushed, language, name, count),
    tag: roomId,
    silent: pushed.prio === "low",
    data: { roomId, eventId: pushed.event_id, count },
  };
}

/** Shown when the first push arrives: the proof that it works. */
export function welcome(language: Language): { title: string; body: string } {
  return { title: say(language, "app.name"), body: say(language, "notification.works") };
}

function bodyOf(pushed: Pushed, language: Language, name: string, count: number): string {
  if (pushed.membership === "invite" && pushed.user_is_target) {
    const asks = pushed.room_name ? "chats.invitedToGroup" : "chats.invitedBy";
    return say(language, asks, { name });
  }
  if (count > 1) {
    const shown = new Intl.NumberFormat(language).format(count);
    return say(language, "notification.messages", { shown });
  }
  if (!pushed.room_name || !name) return say(language, "notification.message");
  return say(language, "notification.messageFrom", { name });
}
