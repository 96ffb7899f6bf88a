import { describe, expect, it } from "vitest";
import { moveTo, opens, type Swipe, touch } from "./swipe";

const WIDTH = 200;
const START = { x: 300, y: 100, timeMs: 0 };

/** Moves by steps, each so many ms after the one before. */
function swiped(wasOpen: boolean, steps: [dx: number, dy: number][], stepMs = 100): Swipe {
  return steps.reduce(
    (swipe, [dx, dy], step) =>
      moveTo(swipe, { x: START.x + dx, y: START.y + dy, timeMs: (step + 1) * stepMs }),
    touch(START, wasOpen, WIDTH),
  );
}

describe("a finger on a row", () => {
  it.each<[string, boolean, [number, number][], Swipe["way"]]>([
    ["rests", false, [[-6, 5]], "undecided"],
    ["goes left", false, [[-14, 3]], "across"],
    ["goes down", false, [[-3, 14]], "other"],
    ["goes aslant", false, [[-12, 12]], "other"],
    ["goes right, with nothing there", false, [[14, 0]], "other"],
    ["goes right on an open row", true, [[14, 0]], "across"],
    [
      "goes down first and then left: the list has it",
      false,
      [
        [0, 20],
        [-90, 20],
      ],
      "other",
    ],
    [
      "goes left first and then down: the row has it",
      false,
      [
        [-20, 0],
        [-60, 90],
      ],
      "across",
    ],
  ])("%s", (_, wasOpen, steps, way) => {
    expect(swiped(wasOpen, steps).way).toBe(way);
  });

  it("has the row with it, and less so beyond its end", () => {
    expect(swiped(false, [[-60, 0]]).shift).toBe(-60);
    expect(swiped(false, [[-WIDTH - 50, 0]]).shift).toBe(-WIDTH - 10);
    expect(swiped(true, [[50, 0]]).shift).toBe(-WIDTH + 50);
    expect(swiped(true, [[WIDTH + 90, 0]]).shift).toBe(0);
    expect(swiped(false, [[-5, 40]]).shift).toBe(0);
  });

  it.each<[string, boolean, [number, number][], number, boolean]>([
    [
      "more than half way",
      false,
      [
        [-90, 0],
        [-120, 0],
      ],
      300,
      true,
    ],
    [
      "less than half way",
      false,
      [
        [-50, 0],
        [-80, 0],
      ],
      300,
      false,
    ],
    [
      "less than half way, with a flick",
      false,
      [
        [-20, 0],
        [-60, 0],
      ],
      30,
      true,
    ],
    [
      "more than half way, flicked back",
      false,
      [
        [-180, 0],
        [-130, 0],
      ],
      30,
      false,
    ],
    [
      "down the list",
      false,
      [
        [0, 90],
        [-180, 300],
      ],
      30,
      false,
    ],
    [
      "an open row a little back",
      true,
      [
        [15, 0],
        [40, 0],
      ],
      300,
      true,
    ],
    [
      "an open row most of the way back",
      true,
      [
        [90, 0],
        [150, 0],
      ],
      300,
      false,
    ],
    ["a tap on an open row", true, [[1, 1]], 300, false],
  ])("and leaves it: %s", (_, wasOpen, steps, stepMs, open) => {
    expect(opens(swiped(wasOpen, steps, stepMs))).toBe(open);
  });
});
