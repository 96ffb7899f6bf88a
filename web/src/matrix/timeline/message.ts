import type { MatrixClient, MatrixEvent, Room } from "matrix-js-sdk";
import { localpart } from "@/kit/names";
import { bodyOf, type MessageBody } from "../messageBody";
import type { OutboxItem } from "../outbox/item";
import { joinNotices, type Notice, noticeOf } from "./notice";

export interface Person {
  userId: string;
  name: string;
  face: string | null;
}

/** One line of a conversation. `key` stays the same from the first keystroke to the reload. */
export type Message =
  | {
      kind: "message";
      key: string;
      eventId: string | null;
      sender: Person;
      mine: boolean;
      timeMs: number;
      body: MessageBody;
      state: "sent";
    }
  | { kind: "notice"; key: string; eventId: string; timeMs: number; mine: boolean; notice: Notice }
  | { kind: "outgoing"; key: string; eventId: null; mine: true; timeMs: number; item: OutboxItem };

export function personIn(room: Room, userId: string): Person {
  const member = room.getMember(userId);
  return {
    userId,
    name: member?.rawDisplayName || localpart(userId),
    face: member?.getMxcAvatarUrl() ?? null,
  };
}

export function toMessage(client: MatrixClient, room: Room, event: MatrixEvent): Message | null {
  const eventId = event.getId();
  const userId = event.getSender();
  if (!eventId || !userId) return null;
  const mine = userId === client.getUserId();
  const key = (mine && event.getUnsigned().transaction_id) || eventId;
  const timeMs = event.getTs();
  const body = event.isState() ? null : bodyOf(event);
  if (body) {
    return {
      kind: "message",
      key,
      eventId,
      sender: personIn(room, userId),
      mine,
      timeMs,
      body,
      state: "sent",
    };
  }
  const notice = noticeOf(room, event);
  return notice && { kind: "notice", key, eventId, timeMs, mine, notice };
}

/** Notices that say one thing together stand as one line, at the place of the last. */
export function withJoinedNotices(messages: readonly Message[]): Message[] {
  const result: Message[] = [];
  for (const message of messages) {
    const before = result.at(-1);
    const both = before?.kind === "notice" && message.kind === "notice";
    const joined = both ? joinNotices(before.notice, message.notice) : null;
    if (joined && message.kind === "notice") result.splice(-1, 1, { ...message, notice: joined });
    else result.push(message);
  }
  return result;
}
