import type { TFunction } from "i18next";
import { expect, it } from "vitest";
import { recalledText } from "./recalledText";

const person = (name: string) => ({ userId: `@${name}:tea.example`, name, face: null });
const t = ((key: string, holes: object = {}) =>
  [key, ...Object.values(holes)].join(" ")) as unknown as TFunction;

function line(by: string, of: string): string {
  const place = { key: "$1", eventId: "$1", timeMs: 0, mine: of === "me" };
  const recalled = { kind: "recalled", ...place, sender: person(of), by: person(by) } as const;
  return recalledText(t, recalled, "@me:tea.example");
}

it("the line of a recalled message says who did it, and whose it was when that is another", () => {
  expect(line("me", "me")).toBe("chat.recalledByMe");
  expect(line("me", "bob")).toBe("chat.recalledByMeOf bob");
  expect(line("bob", "bob")).toBe("chat.recalledBy bob");
  expect(line("bob", "me")).toBe("chat.recalledMine bob");
  expect(line("bob", "carol")).toBe("chat.recalledOf bob carol");
});
