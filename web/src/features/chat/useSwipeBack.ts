import { type PointerEvent, useRef } from "react";
import { letGo } from "@/kit/letGo";
import { preferences } from "@/kit/preferences";
import { isMeant, wayOf } from "./swipe";

const DESKTOP = window.matchMedia("(min-width: 900px)");
const STILL = window.matchMedia("(prefers-reduced-motion: reduce)");
const SLIDE = { duration: 180, easing: "ease-out", fill: "forwards" } as const;
/** Speed is that of the last moment before the finger let go. */
const MOMENT_MS = 80;
/** Here a finger that moves sideways means something else. */
const OWN_MOVES = "input, [role=slider], [role=group][data-orientation], video, audio";

interface Finger {
  id: number;
  target: EventTarget;
  x: number;
  y: number;
  dx: number;
  back: boolean;
  trail: { x: number; ms: number }[];
}

/**
 * A finger that moves to the right takes a page away and lets the list be seen; where it lets go
 * decides. On phones only; not in simple mode, where nothing hides behind a gesture.
 */
export function useSwipeBack(onBack: () => void) {
  const page = useRef<HTMLElement>(null);
  const finger = useRef<Finger | null>(null);

  const slide = async (from: number, to: string) => {
    const box = page.current;
    if (!box) return;
    const way = [{ transform: `translateX(${from}px)` }, { transform: `translateX(${to})` }];
    const move = box.animate(way, SLIDE);
    box.style.transform = "";
    await move.finished.catch(() => {});
    move.cancel();
  };
  const settle = async () => {
    const from = finger.current?.dx ?? 0;
    finger.current = null;
    if (!STILL.matches) await slide(from, "0px");
    if (!finger.current) delete page.current?.dataset.swiping;
  };
  const leave = async (from: number) => {
    finger.current = null;
    if (!STILL.matches) await slide(from, "100%");
    onBack();
  };

  const begin = (event: PointerEvent<HTMLElement>) => {
    if (event.pointerType !== "touch" || !event.isPrimary || DESKTOP.matches) return;
    if (preferences.get().size === "simple" || !startsHere(event)) return;
    const { pointerId: id, target, clientX: x, clientY: y } = event;
    finger.current = { id, target, x, y, dx: 0, back: false, trail: [] };
  };
  const follow = (event: PointerEvent<HTMLElement>) => {
    const held = finger.current;
    if (held?.id !== event.pointerId) return;
    const dx = event.clientX - held.x;
    if (!held.back) {
      const way = wayOf(dx, event.clientY - held.y);
      if (way === "other") finger.current = null;
      if (way !== "back") return;
      held.back = true;
      take(event, held);
    }
    held.dx = Math.max(0, dx);
    held.trail.push({ x: event.clientX, ms: event.timeStamp });
    if (!STILL.matches) event.currentTarget.style.transform = `translateX(${held.dx}px)`;
  };
  const end = (event: PointerEvent<HTMLElement>) => {
    const held = finger.current;
    if (held?.id !== event.pointerId) return;
    if (!held.back) finger.current = null;
    else if (isMeant(held.dx, event.currentTarget.clientWidth, speed(held, event)))
      void leave(held.dx);
    else void settle();
  };
  const lose = (event: PointerEvent<HTMLElement>) => {
    if (finger.current?.id !== event.pointerId) return;
    if (finger.current.back) void settle();
    else finger.current = null;
  };
  return {
    ref: page,
    onPointerDownCapture: begin,
    onPointerMoveCapture: follow,
    onPointerUpCapture: end,
    onPointerCancelCapture: (event: PointerEvent<HTMLElement>) => {
      if (event.isTrusted || !finger.current?.back) lose(event);
    },
  };
}

/** From now on the finger is this gesture's: what it pressed or held is let go. */
function take(event: PointerEvent<HTMLElement>, held: Finger): void {
  event.currentTarget.dataset.swiping = "";
  event.currentTarget.setPointerCapture(held.id);
  letGo(held);
}

function speed({ trail }: Finger, { clientX, timeStamp }: PointerEvent): number {
  const from = trail.find(({ ms }) => timeStamp - ms <= MOMENT_MS);
  return from && timeStamp > from.ms ? (clientX - from.x) / (timeStamp - from.ms) : 0;
}

function startsHere({ target, currentTarget }: PointerEvent<HTMLElement>): boolean {
  if (!(target instanceof Element) || !currentTarget.contains(target)) return false;
  if (target.closest(OWN_MOVES)) return false;
  for (let at: Element | null = target; at && at !== currentTarget; at = at.parentElement) {
    const sideways = at.scrollWidth > at.clientWidth;
    if (sideways && /auto|scroll/.test(getComputedStyle(at).overflowX)) return false;
  }
  return true;
}
