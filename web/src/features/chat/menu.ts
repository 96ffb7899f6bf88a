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
