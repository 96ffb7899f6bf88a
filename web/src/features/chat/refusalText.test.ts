import type { TFunction } from "i18next";
import { expect, it } from "vitest";
import type { OutboxItem } from "@/matrix/outbox/item";
import { refusalText } from "./refusalText";

const t = ((key: string) => key) as unknown as TFunction;
const WORDS = { kind: "text", text: "tea" } as const;
const FILE = { kind: "file", blob: new Blob(), name: "menu.pdf", type: "" } as const;

it.each<[string, Partial<OutboxItem>, string]>([
  ["words in a chat that one may not write in", { refused: "M_FORBIDDEN" }, "chat.refusedHere"],
  ["too many words", { refused: "M_TOO_LARGE" }, "chat.refusedLength"],
  ["a file beyond what one may keep", { refused: "M_FORBIDDEN", draft: FILE }, "chat.refusedSpace"],
  [
    "a file that is there already",
    { refused: "M_FORBIDDEN", draft: FILE, content: {} },
    "chat.refusedHere",
  ],
  ["too large a file", { refused: "M_TOO_LARGE", draft: FILE }, "chat.refusedSize"],
  ["a chat of two that is not encrypted", { refused: "NOT_ENCRYPTED" }, "chat.refusedOpen"],
  ["what nobody foresaw", { refused: "UNEXPECTED" }, "chat.failed"],
])("says why: %s", (_, differs, key) => {
  const item = { txnId: "t", seq: 1, roomId: "!r", createdAtMs: 0, draft: WORDS, ...differs };
  expect(refusalText(t, item)).toBe(key);
});
