import { describe, expect, it } from "vitest";
import { best, rank } from "./match";

describe("what was typed finds a name", () => {
  it.each([
    ["Anna", "anna", 0],
    ["Anna Larsson", "anna", 1],
    ["Anna Larsson", "lars", 2],
    ["Tea (Sunday)", "sun", 2],
    ["Anna Larsson", "son", 3],
    ["Anna Larsson", "larsson anna", 2],
    ["Élise", "elise", 0],
    ["Elise", "ÉLI", 1],
    ["ＡＢＣ", "abc", 0],
    ["林美兰", "林美兰", 0],
    ["林美兰", "林", 1],
    ["林美兰", "兰", 3],
    ["林美兰", "美兰", 3],
    ["林美兰", "林兰", 4],
    ["周日茶会", "日会", 4],
    ["김민수", "민", 3],
  ])("%s by %s: %i", (name, typed, expected) => {
    expect(rank(name, typed)).toBe(expected);
  });

  it.each([
    ["Anna", "bea"],
    ["Anna", "n"],
    ["Anna Larsson", "anna bea"],
    ["Anna Larsson", "anl"],
    ["林美兰", "兰林"],
    ["林美兰", "王"],
    ["Anna", ""],
    ["Anna", "  "],
  ])("%s not by %j", (name, typed) => {
    expect(rank(name, typed)).toBeNull();
  });
});

it("the best of several names counts", () => {
  expect(best(null, 3, 1)).toBe(1);
  expect(best(0, null)).toBe(0);
  expect(best(null, null)).toBeNull();
});
