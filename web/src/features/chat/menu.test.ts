import { describe, expect, it } from "vitest";
import type { MessageBody } from "@/matrix/messageBody";
import type { Draft } from "@/matrix/outbox/item";
import type { Message } from "@/matrix/timeline/message";
import { type Entry, entriesOf, hasEntries } from "./menu";

const NOW_MS = 1_000_000;
const LAN = { userId: "@lan:tea.example", name: "Lan", face: null };
const FILE = { mxc: "mxc://tea.example/a", name: "menu.pdf", type: "text/plain", sizeBytes: 1 };

type Body = Exclude<MessageBody, { kind: "recalled" }>;

function sent(body: Body, recallUntilMs = 0): Message {
  const said = { key: "$1", eventId: "$1", sender: LAN, mine: true, timeMs: NOW_MS };
  return { kind: "message", ...said, body, recallUntilMs };
}

function outgoing(draft: Draft, change: object = {}): Message {
  const item = { txnId: "t", seq: 1, roomId: "!r", createdAtMs: NOW_MS, draft, ...change };
  return { kind: "outgoing", key: "t", eventId: null, mine: true, timeMs: NOW_MS, item };
}

const text = (words: string): Body => ({ kind: "text", text: words, edited: false });
const words: Draft = { kind: "text", text: "tea" };
const menuFile: Draft = { kind: "file", blob: new Blob(), name: "menu.pdf", type: "text/plain" };
const picture: Body = { kind: "picture", file: FILE, thumbnail: FILE, width: 4, height: 3 };

/** Each entry: a message that has it, beside one that has not. */
const TABLE: Record<Entry, { has: Message; hasNot: Message }> = {
  copy: { has: sent(text("tea")), hasNot: sent({ kind: "file", file: FILE }) },
  copyLink: {
    has: sent(text("see https://tea.example")),
    hasNot: sent(text("https://tea.example or https://cake.example")),
  },
  openPicture: { has: sent(picture), hasNot: sent({ kind: "file", file: FILE }) },
  save: { has: sent({ kind: "file", file: FILE }), hasNot: sent(text("tea")) },
  recall: { has: sent(text("tea"), NOW_MS + 1), hasNot: sent(text("tea"), NOW_MS) },
  cancel: { has: outgoing(menuFile), hasNot: outgoing(menuFile, { content: {} }) },
  retry: { has: outgoing(words, { refused: "M_FORBIDDEN" }), hasNot: outgoing(words) },
  discard: { has: outgoing(words, { refused: "M_FORBIDDEN" }), hasNot: outgoing(words) },
};

describe("the menu of a message", () => {
  for (const [entry, { has, hasNot }] of Object.entries(TABLE)) {
    it(`has "${entry}" where it applies, and only there`, () => {
      expect(entriesOf(has, NOW_MS)).toContain(entry);
      expect(entriesOf(hasNot, NOW_MS)).not.toContain(entry);
    });
  }

  it("is known to be there or not without reading the words", () => {
    const closed = [sent({ kind: "locked" }), sent({ kind: "locked" }, NOW_MS + 1)];
    const all = Object.values(TABLE).flatMap(({ has, hasNot }) => [has, hasNot]);
    for (const message of [...closed, ...all])
      expect(hasEntries(message, NOW_MS)).toBe(entriesOf(message, NOW_MS).length > 0);
  });

  it("is empty for what cannot be read, and for lines that nobody said", () => {
    expect(entriesOf(sent({ kind: "locked" }), NOW_MS)).toEqual([]);
    const line = { key: "$1", eventId: "$1", timeMs: 0, mine: false };
    const joined = { what: "joined" as const, who: "Lan", whom: [] };
    expect(entriesOf({ kind: "notice", ...line, notice: joined }, NOW_MS)).toEqual([]);
    expect(entriesOf({ kind: "recalled", ...line, sender: LAN, by: LAN }, NOW_MS)).toEqual([]);
  });
});
