import { describe, expect, it } from "vitest";
import type { MessageBody } from "../messageBody";
import { type RecallRights, recallUntilMs } from "./recall";

const MEMBER: RecallRights = { own: true, anyone: false };
const OWNER: RecallRights = { own: true, anyone: true };
const SILENCED: RecallRights = { own: false, anyone: false };

const TEXT: MessageBody = { kind: "text", text: "tea", edited: false };
const FILE: MessageBody = {
  kind: "file",
  file: { mxc: "mxc://tea.example/a", name: "menu.pdf", type: "application/pdf", sizeBytes: 1 },
};

const SAID_AT_MS = 1_000_000;
const until = (rights: RecallRights, mine: boolean, body: MessageBody) =>
  recallUntilMs(rights, { mine, saidAtMs: SAID_AT_MS, body });

describe("a message may be recalled", () => {
  it("by its writer within two minutes, a file within three hours", () => {
    expect(until(MEMBER, true, TEXT)).toBe(SAID_AT_MS + 120_000);
    expect(until(MEMBER, true, { kind: "locked" })).toBe(SAID_AT_MS + 120_000);
    expect(until(MEMBER, true, FILE)).toBe(SAID_AT_MS + 10_800_000);
  });

  it("by nobody else, nor by whom the group lets recall nothing", () => {
    expect(until(MEMBER, false, TEXT)).toBe(0);
    expect(until(SILENCED, true, TEXT)).toBe(0);
  });

  it("at any time by whoever looks after the group, whosever it is", () => {
    expect(until(OWNER, false, TEXT)).toBe(Number.POSITIVE_INFINITY);
    expect(until(OWNER, true, TEXT)).toBe(Number.POSITIVE_INFINITY);
  });
});
