import { expect, it } from "vitest";
import { stepTo } from "./stepTo";

it.each([
  ["ArrowDown", 3, 4],
  ["ArrowDown", 9, 9],
  ["ArrowUp", 3, 2],
  ["ArrowUp", 0, 0],
  ["Home", 7, 0],
  ["End", 2, 9],
  ["Enter", 2, null],
  ["a", 2, null],
])("%s from row %i of ten goes to %j", (key, from, to) => {
  expect(stepTo(key, from, 10)).toBe(to);
});
