import { expect, it } from "vitest";
import { newRecoveryKey, readRecoveryKey } from "./recoveryKey";

const key = newRecoveryKey();
const groups = key.split(" ");

it("stands in twelve groups", () => {
  expect(groups).toHaveLength(12);
});

it.each([
  ["as it was shown", key],
  ["without spaces", groups.join("")],
  [
    "in the rows of the card",
    groups.map((group, i) => group + (i % 4 === 3 ? "\n" : " ")).join(""),
  ],
  ["with the lines of Windows", groups.join("\r\n")],
  ["with spaces that don't break", groups.join("\u00a0")],
  ["with the wide spaces of a Chinese keyboard", groups.join("\u3000")],
  [
    "in its wide letters",
    key.replace(/[!-~]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)),
  ],
  ["with space around it", `\n ${key}\t`],
])("is read %s", (_, typed) => {
  expect(readRecoveryKey(typed)).toEqual(readRecoveryKey(key));
  expect(readRecoveryKey(typed)).toHaveLength(32);
});

it.each([
  ["nothing", ""],
  ["half of it", groups.slice(0, 6).join(" ")],
  ["another letter", key.replace(/.$/, (last) => (last === "A" ? "B" : "A"))],
  ["words", "seven cups of tea"],
])("is not %s", (_, typed) => {
  expect(readRecoveryKey(typed)).toBeNull();
});
