import { expect, it } from "vitest";
import { typedId } from "./useStranger";

it.each([
  ["lan", "@lan:tea"],
  ["Lan", "@lan:tea"],
  ["@lan", "@lan:tea"],
  ["@lan:other", "@lan:other"],
  ["lan:other", "@lan:other"],
  ["@ab.c", "@ab.c:tea"],
])("%s may be an ID", (typed, id) => {
  expect(typedId(typed, "tea")).toBe(id);
});

it.each(["", "la", "ab.c", "林美兰", "lan mei", "@", "@lan:"])("%j is none", (typed) => {
  expect(typedId(typed, "tea")).toBeNull();
});
