import { describe, expect, it } from "vitest";
import type { Message } from "@/matrix/timeline/message";
import { type Row, rowsOf } from "./rows";

const MINUTE_MS = 60_000;
const NOON = new Date(2026, 2, 20, 12).getTime();

let number = 0;

function said(who: string, timeMs: number): Message {
  number += 1;
  const eventId = `$${number}`;
  return {
    kind: "message",
    key: eventId,
    eventId,
    sender: { userId: `@${who}:tea.example`, name: who, face: null },
    mine: who === "me",
    timeMs,
    body: { kind: "text", text: who, edited: false },
    recallUntilMs: 0,
  };
}

const kinds = (rows: Row[]) => rows.map((row) => row.kind);
const groups = (rows: Row[]) =>
  rows.flatMap((row) =>
    row.kind === "message" ? [`${row.first ? "[" : " "}${row.last ? "]" : " "}`] : [],
  );
const all = (messages: Message[], readUpTo: string | null = null) =>
  rowsOf(messages, { readUpTo, complete: true });
const page = (messages: Message[]) => rowsOf(messages, { readUpTo: null, complete: false });

describe("the rows of a conversation", () => {
  it("begin each day with its line", () => {
    const rows = all([said("lan", NOON - 24 * 60 * MINUTE_MS), said("lan", NOON)]);
    expect(kinds(rows)).toEqual(["start", "day", "message", "day", "message"]);
  });

  it("group what one person says within five minutes", () => {
    const rows = all([
      said("lan", NOON),
      said("lan", NOON + MINUTE_MS),
      said("me", NOON + 2 * MINUTE_MS),
      said("lan", NOON + 3 * MINUTE_MS),
      said("lan", NOON + 10 * MINUTE_MS),
    ]);
    expect(groups(rows)).toEqual(["[ ", " ]", "[]", "[]", "[]"]);
  });

  it("have a divider before the first message of others that was not read", () => {
    const messages = [said("lan", NOON), said("lan", NOON), said("lan", NOON)];
    const rows = all(messages, messages[0]?.eventId);
    expect(kinds(rows)).toEqual(["start", "day", "message", "new", "message", "message"]);
    expect(groups(rows)).toEqual(["[]", "[ ", " ]"]);
  });

  it("have no divider when all is read, when the answer is one's own, or when nothing was ever read", () => {
    const messages = [said("lan", NOON), said("me", NOON)];
    expect(kinds(all(messages, messages[1]?.eventId))).not.toContain("new");
    expect(kinds(all(messages, messages[0]?.eventId))).not.toContain("new");
    expect(kinds(all(messages))).not.toContain("new");
  });

  it("say where the conversation begins once all of it is there", () => {
    expect(kinds(page([said("lan", NOON)]))).toEqual(["message"]);
    expect(kinds(all([said("lan", NOON)]))).toEqual(["start", "day", "message"]);
  });

  it("stay when earlier messages come above them", () => {
    const day = 24 * 60 * MINUTE_MS;
    const earlier = [said("lan", NOON - day), said("lan", NOON - 2 * MINUTE_MS)];
    const here = [said("lan", NOON), said("me", NOON + day)];
    const keys = (rows: Row[]) => rows.map(({ key }) => key);
    expect(keys(all([...earlier, ...here]))).toEqual(expect.arrayContaining(keys(page(here))));
  });

  it("give every row a key of its own", () => {
    const rows = all([
      said("lan", NOON),
      said("me", NOON + MINUTE_MS),
      said("lan", NOON + 999 * MINUTE_MS),
    ]);
    expect(new Set(rows.map((row) => row.key)).size).toBe(rows.length);
  });
});
