import { daysAgo } from "@/kit/format";
import type { Message } from "@/matrix/timeline/message";

export type Row =
  | { kind: "start"; key: string }
  | { kind: "day"; key: string; timeMs: number }
  | { kind: "new"; key: string }
  | { kind: "message"; key: string; message: Message; first: boolean; last: boolean };

/** Messages of one person within this time stand together. */
const TOGETHER_MS = 5 * 60_000;

function writer(message: Message): string | null {
  if (message.kind === "notice" || message.kind === "recalled") return null;
  return message.kind === "outgoing" || message.mine ? "me" : message.sender.userId;
}

function together(a: Message | undefined, b: Message | undefined): boolean {
  if (!a || !b || writer(a) === null || writer(a) !== writer(b)) return false;
  return Math.abs(b.timeMs - a.timeMs) < TOGETHER_MS && daysAgo(a.timeMs, b.timeMs) === 0;
}

/** Where the divider stands: before the first message of others after the last one read. */
function firstNew(messages: readonly Message[], readUpTo: string | null): number {
  const read = messages.findIndex((m) => m.eventId !== null && m.eventId === readUpTo);
  if (read < 0) return -1;
  return messages.findIndex((m, i) => i > read && m.kind === "message" && !m.mine);
}

/**
 * The lines of a conversation from top to bottom: days, the divider, and messages in groups.
 * The first message has no line of its day until it is known to begin it: earlier messages only add
 * rows, and take none away that the reader's place hangs on.
 */
export function rowsOf(
  messages: readonly Message[],
  { readUpTo, complete }: { readUpTo: string | null; complete: boolean },
): Row[] {
  const rows: Row[] = complete ? [{ kind: "start", key: "start" }] : [];
  const divider = firstNew(messages, readUpTo);
  for (const [index, message] of messages.entries()) {
    const before = messages[index - 1];
    const newDay = before ? daysAgo(before.timeMs, message.timeMs) !== 0 : complete;
    if (newDay) rows.push({ kind: "day", key: `day:${message.key}`, timeMs: message.timeMs });
    if (index === divider) rows.push({ kind: "new", key: "new" });
    const first = index === divider || !together(before, message);
    const last = index + 1 === divider || !together(message, messages[index + 1]);
    rows.push({ kind: "message", key: message.key, message, first, last });
  }
  return rows;
}
