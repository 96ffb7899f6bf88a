import { expect, it } from "vitest";
import { isSendKey } from "./composerKeys";

const ENTER = { key: "Enter", shiftKey: false, isComposing: false, keyCode: 13 };

it("is Enter that sends, and nothing else", () => {
  expect(isSendKey(ENTER)).toBe(true);
  expect(isSendKey({ ...ENTER, key: "a", keyCode: 65 })).toBe(false);
  expect(isSendKey({ ...ENTER, shiftKey: true })).toBe(false);
});

it("leaves the Enter that ends pinyin to the input method, in each browser's way of telling", () => {
  expect(isSendKey({ ...ENTER, isComposing: true, keyCode: 229 })).toBe(false);
  expect(isSendKey({ ...ENTER, isComposing: false, keyCode: 229 })).toBe(false);
});
