import { describe, expect, it } from "vitest";
import { fitted, moved, WHOLE, zoomed } from "./zoom";

const STAGE = { width: 400, height: 800 };
const PAGE = { width: 400, height: 300 };
const MIDDLE = { x: 0, y: 0 };

describe("a picture on its stage", () => {
  it("is seen whole, and is not blown up", () => {
    expect(fitted({ width: 1600, height: 1200 }, STAGE)).toEqual(PAGE);
    expect(fitted({ width: 100, height: 50 }, STAGE)).toEqual({ width: 100, height: 50 });
    expect(fitted({ width: 0, height: 0 }, STAGE)).toEqual(STAGE);
  });

  it("keeps under the finger what is there while it grows", () => {
    const closer = zoomed(WHOLE, 4, { x: 100, y: 50 }, PAGE, STAGE);
    expect(closer).toEqual({ scale: 4, x: -300, y: -150 });
    expect(zoomed(closer, 1 / 4, { x: 100, y: 50 }, PAGE, STAGE)).toEqual(WHOLE);
  });

  it("grows and shrinks within limits", () => {
    expect(zoomed(WHOLE, 100, MIDDLE, PAGE, STAGE).scale).toBe(8);
    expect(zoomed(WHOLE, 0.5, MIDDLE, PAGE, STAGE)).toEqual(WHOLE);
  });

  it("is moved to its edges and no further, and not at all where all of it is seen", () => {
    const closer = zoomed(WHOLE, 2, MIDDLE, PAGE, STAGE);
    expect(moved(closer, 500, 500, PAGE, STAGE)).toEqual({ scale: 2, x: 200, y: 0 });
    expect(moved(WHOLE, 50, 50, PAGE, STAGE)).toEqual(WHOLE);
  });
});
