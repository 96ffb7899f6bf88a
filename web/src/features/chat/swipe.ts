/** A finger that moved less may still be about to tap, to rest or to scroll. */
const SLACK_PX = 10;
const FAR_SHARE = 0.4;
const FLICK_PX_PER_MS = 0.5;
const FLICK_MIN_PX = 32;

export type Way = "undecided" | "back" | "other";

/** Where a finger is going; up and down win, for that is scrolling. */
export function wayOf(dx: number, dy: number): Way {
  if (Math.hypot(dx, dy) < SLACK_PX) return "undecided";
  return dx > 1.5 * Math.abs(dy) ? "back" : "other";
}

/** Whether a finger that lets go here meant it: it came far, or it was quick. */
export function isMeant(dx: number, widthPx: number, pxPerMs: number): boolean {
  if (dx >= widthPx * FAR_SHARE) return pxPerMs > -FLICK_PX_PER_MS;
  return dx >= FLICK_MIN_PX && pxPerMs >= FLICK_PX_PER_MS;
}
