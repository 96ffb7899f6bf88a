import { describe, expect, it } from "vitest";
import { isMeant, wayOf } from "./swipe";

const WIDTH_PX = 400;

describe("a finger in a chat", () => {
  it("goes back when it moves to the right", () => {
    expect(wayOf(12, 0)).toBe("back");
    expect(wayOf(60, -20)).toBe("back");
  });

  it("scrolls when it moves up or down as well, and does nothing to the left", () => {
    for (const [dx, dy] of [
      [0, 12],
      [12, 12],
      [30, -25],
      [-40, 0],
    ] as const) {
      expect(wayOf(dx, dy)).toBe("other");
    }
  });

  it("is not understood before it has moved", () => {
    expect(wayOf(6, 6)).toBe("undecided");
  });

  it("means it when it came far or was quick, not when it turned round", () => {
    expect(isMeant(180, WIDTH_PX, 0)).toBe(true);
    expect(isMeant(60, WIDTH_PX, 0.8)).toBe(true);
    expect(isMeant(140, WIDTH_PX, 0.1)).toBe(false);
    expect(isMeant(20, WIDTH_PX, 2)).toBe(false);
    expect(isMeant(180, WIDTH_PX, -0.8)).toBe(false);
  });
});
