import type { MatrixClient, MatrixEvent, Room } from "matrix-js-sdk";
import { localpart } from "@/kit/names";
import { bodyOf, type MessageBody } from "../messageBody";
import type { OutboxItem } from "../outbox/item";
import { joinNotices, type Notice, noticeOf } from "./notice";
import { type RecallRights, recallUntilMs } from "./recall";

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
      body: Exclude<MessageBody, { kind: "recalled" }>;
      /** Until when this person may recall it; 0 for never. */
      recallUntilMs: number;
    }
  | {
      kind: "recalled";
      key: string;
      eventId: string;
      timeMs: number;
      mine: boolean;
      /** Whose message it was, and who recalled it. */
      sender: Person;
      by: Person;
    }
  | { kind: "notice"; key: string; eventId: string; timeMs: number; mine: boolean; notice: Notice }
  | { kind: "outgoing"; key: string; eventId: null; mine: true; timeMs: number; item: OutboxItem };

export type SentMessage = Extract<Message, { kind: "message" }>;

export function personIn(room: Room, userId: string): Person {
  const member = room.getMember(userId);
  return {
    userId,
    name: member?.rawDisplayName || localpart(userId),
    face: member?.getMxcAvatarUrl() ?? null,
  };
}

export function toMessage(
  client: MatrixClient,
  room: Room,
  event: MatrixEvent,
  rights: RecallRights,
): Message | null {
  const eventId = event.getId();
  const userId = event.getSender();
  if (!eventId || !userId) return null;
  const mine = userId === client.getUserId();
  const key = (mine && event.getUnsigned().transaction_id) || eventId;
  const timeMs = event.getTs();
  const sender = personIn(room, userId);
  const body = event.isState() ? null : bodyOf(event);
  if (body?.kind === "recalled") {
    const by = personIn(room, event.getUnsigned().redacted_because?.sender ?? userId);
    return { kind: "recalled", key, eventId, timeMs, mine, sender, by };
  }
  if (body) {
    const untilMs = recallUntilMs(rights, { mine, saidAtMs: event.localTimestamp, body });
    const said = { key, eventId, sender, mine, timeMs, body };
    return { kind: "message", ...said, recallUntilMs: untilMs };
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
