/** A finger on a row whose actions lie at its end. All lengths in px, `shift` from 0 (closed) to -width (open). */
export interface Swipe {
  readonly from: Point;
  readonly wasOpen: boolean;
  readonly width: number;
  /** `across` moves the row; `other` is somebody else's: the list that scrolls, a tap that wanders. */
  readonly way: "undecided" | "across" | "other";
  readonly shift: number;
  /** px per ms, at the last move; to the left is negative. */
  readonly speed: number;
  readonly last: Point;
}

export interface Point {
  x: number;
  y: number;
  timeMs: number;
}

/** So far a finger may wander and still mean a tap. */
const SLOP = 10;
/** Beyond its place the row follows the finger only so much. */
const STIFFNESS = 0.2;
const FLICK = 0.4;

export function touch(from: Point, wasOpen: boolean, width: number): Swipe {
  const shift = wasOpen ? -width : 0;
  return { from, wasOpen, width, way: "undecided", shift, speed: 0, last: from };
}

export function moveTo(swipe: Swipe, to: Point): Swipe {
  const dx = to.x - swipe.from.x;
  const way = swipe.way === "undecided" ? wayOf(dx, to.y - swipe.from.y, swipe.wasOpen) : swipe.way;
  const passed = Math.max(to.timeMs - swipe.last.timeMs, 1);
  return {
    ...swipe,
    way,
    last: to,
    speed: (to.x - swipe.last.x) / passed,
    shift: way === "across" ? shiftOf(dx, swipe) : swipe.shift,
  };
}

/** When in doubt the list scrolls; a closed row has nothing to show on its other side. */
function wayOf(dx: number, dy: number, wasOpen: boolean): Swipe["way"] {
  if (Math.max(Math.abs(dx), Math.abs(dy)) < SLOP) return "undecided";
  if (Math.abs(dx) <= Math.abs(dy) * 1.2) return "other";
  return dx < 0 || wasOpen ? "across" : "other";
}

function shiftOf(dx: number, { wasOpen, width }: Swipe): number {
  const free = (wasOpen ? -width : 0) + dx;
  if (free > 0) return 0;
  return free < -width ? -width + (free + width) * STIFFNESS : free;
}

/** Whether the row stays drawn aside when the finger leaves it; a tap on it puts it back. */
export function opens(swipe: Swipe): boolean {
  if (swipe.way !== "across") return false;
  if (Math.abs(swipe.speed) > FLICK) return swipe.speed < 0;
  return swipe.shift < -swipe.width / 2;
}
