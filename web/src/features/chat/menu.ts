import { isCancellable } from "@/matrix/outbox/item";
import type { Message } from "@/matrix/timeline/message";
import { linksOf } from "./links";

export type Entry =
  | "copy"
  | "copyLink"
  | "openPicture"
  | "save"
  | "recall"
  | "cancel"
  | "retry"
  | "discard";

type Sent = Extract<Message, { kind: "message" }>;
type Outgoing = Extract<Message, { kind: "outgoing" }>;

/** What may be done with a message at this moment, in the order of the menu. */
export function entriesOf(message: Message, nowMs: number): Entry[] {
  if (message.kind === "message") return [...ofBody(message.body), ...recall(message, nowMs)];
  return message.kind === "outgoing" ? ofOutgoing(message) : [];
}

/** Whether there is any, without a look at the words. */
export function hasEntries(message: Message, nowMs: number): boolean {
  if (message.kind === "message")
    return message.body.kind !== "locked" || recall(message, nowMs).length > 0;
  if (message.kind !== "outgoing") return false;
  const { item } = message;
  return item.draft.kind === "text" || !!item.refused || isCancellable(item);
}

function ofBody(body: Sent["body"]): Entry[] {
  switch (body.kind) {
    case "text":
      return ofText(body.text);
    case "picture":
      return ["openPicture", "save"];
    case "locked":
      return [];
    default:
      return ["save"];
  }
}

function ofText(text: string): Entry[] {
  return linksOf(text).length === 1 ? ["copy", "copyLink"] : ["copy"];
}

function recall({ recallUntilMs }: Sent, nowMs: number): Entry[] {
  return nowMs < recallUntilMs ? ["recall"] : [];
}

function ofOutgoing({ item }: Outgoing): Entry[] {
  const about = item.draft.kind === "text" ? ofText(item.draft.text) : [];
  if (item.refused) return [...about, "retry", "discard"];
  return isCancellable(item) ? [...about, "cancel"] : about;
}
