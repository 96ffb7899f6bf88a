import { expect, it } from "vitest";
import { tooMany } from "./mediaCache";

it.each([
  ["nothing is there", [], 0],
  ["all have room", [3, 3, 4], 0],
  ["the oldest make way", [5, 3, 3, 4], 1],
  ["as many as it takes", [1, 1, 6, 5, 5], 3],
  ["one that is too large alone goes as well", [2, 11], 2],
])("%s", (_, sizes, goes) => {
  expect(tooMany(sizes, 10)).toBe(goes);
});
