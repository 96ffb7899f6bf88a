import { describe, expect, it } from "vitest";
import { badgeCount, dayLine, fileSize, initial, listTime, playTime } from "./format";

const NOW = new Date(2026, 2, 20, 14, 5).getTime();
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

describe("the time of a row", () => {
  it("is the clock today, also shortly after midnight", () => {
    expect(listTime(NOW - 14 * HOUR_MS, NOW, "zh-CN")).toMatch(/^0?0:05$/);
  });

  it("is a word yesterday, a weekday this week, a date before", () => {
    expect(listTime(NOW - 15 * HOUR_MS, NOW, "en")).toBe("Yesterday");
    expect(listTime(NOW - 15 * HOUR_MS, NOW, "zh-CN")).toBe("昨天");
    expect(listTime(NOW - 3 * DAY_MS, NOW, "en")).toBe("Tuesday");
    expect(listTime(NOW - 3 * DAY_MS, NOW, "zh-CN")).toBe("星期二");
    expect(listTime(NOW - 30 * DAY_MS, NOW, "en")).toBe("Feb 18");
    expect(listTime(NOW - 400 * DAY_MS, NOW, "en")).toContain("2025");
  });
});

it("the line between days says today, yesterday, or the day in full", () => {
  expect(dayLine(NOW, NOW, "en")).toBe("Today");
  expect(dayLine(NOW - DAY_MS, NOW, "zh-CN")).toBe("昨天");
  expect(dayLine(NOW - 8 * DAY_MS, NOW, "zh-CN")).toBe("3月12日星期四");
});

it("sizes have units of the language", () => {
  expect(fileSize(0, "en")).toBe("0 bytes");
  expect(fileSize(482_133, "en")).toBe("482.1 kB");
  expect(fileSize(3_400_000, "zh-CN")).toBe("3.4 MB");
});

it("a badge never has more than two digits", () => {
  expect(badgeCount(7, "en")).toBe("7");
  expect(badgeCount(99, "en")).toBe("99");
  expect(badgeCount(100, "en")).toBe("99+");
});

it("the initial is a whole character", () => {
  expect(initial("林美兰", "zh-CN")).toBe("林");
  expect(initial("élise", "en")).toBe("É");
  expect(initial("👩‍🍳 chef", "en")).toBe("👩‍🍳");
  expect(initial("  ", "en")).toBe("");
});

it("how long something plays is told in minutes and seconds", () => {
  expect(playTime(7_400, "en")).toBe("0:07");
  expect(playTime(3_665_000, "zh-CN")).toBe("61:05");
});
