import type { MatrixClient, MatrixEvent, Room } from "matrix-js-sdk";
import { localpart } from "@/kit/names";
import { bodyOf, type MessageBody } from "./messageBody";
import type { OutboxItem } from "./outbox/item";
import { type Notice, noticeOf } from "./timeline/notice";

type Said =
  | { kind: "text"; text: string }
  | { kind: "picture" | "video" | "recalled" | "locked" }
  | { kind: "audio" | "file"; name: string };

export interface Preview {
  /** The writer's name, where it says something: in groups, of others. */
  who: string | null;
  what: Said | { kind: "notice"; notice: Notice };
}

interface Last {
  preview: Preview | null;
  timeMs: number;
}

/** What a chat last had, as the list tells of it: also what is still on its way. */
export function lastOf(
  client: MatrixClient,
  room: Room,
  group: boolean,
  outgoing: readonly OutboxItem[],
): Last {
  const arrived = lastArrived(client, room, group);
  const waiting = outgoing.findLast(
    ({ roomId, eventId }) =>
      roomId === room.roomId && !(eventId && room.findEventById(eventId) !== undefined),
  );
  if (!waiting || waiting.createdAtMs < arrived.timeMs) return arrived;
  return { preview: { who: null, what: ofDraft(waiting) }, timeMs: waiting.createdAtMs };
}

function lastArrived(client: MatrixClient, room: Room, group: boolean): Last {
  const events = room.getLiveTimeline().getEvents();
  for (const event of events.toReversed()) {
    const what = previewed(room, event, group);
    if (!what) continue;
    const sender = event.getSender() ?? "";
    const named = group && sender !== client.getUserId() && what.kind !== "notice";
    const who = named ? room.getMember(sender)?.rawDisplayName || localpart(sender) : null;
    return { preview: { who, what }, timeMs: event.getTs() };
  }
  return { preview: null, timeMs: room.getLastActiveTimestamp() };
}

function previewed(room: Room, event: MatrixEvent, group: boolean): Preview["what"] | null {
  const body = event.isState() ? null : bodyOf(event);
  if (body) return ofBody(body);
  const notice = group ? noticeOf(room, event) : null;
  return notice && { kind: "notice", notice };
}

function ofBody(body: MessageBody): Said {
  switch (body.kind) {
    case "text":
      return { kind: "text", text: body.text };
    case "audio":
    case "file":
      return { kind: body.kind, name: body.file.name };
    default:
      return { kind: body.kind };
  }
}

function ofDraft({ draft }: OutboxItem): Said {
  switch (draft.kind) {
    case "text":
      return { kind: "text", text: draft.text };
    case "audio":
    case "file":
      return { kind: draft.kind, name: draft.name };
    default:
      return { kind: draft.kind };
  }
}
