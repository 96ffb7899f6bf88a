import {
  type KeyboardEvent,
  type MouseEvent,
  type PointerEvent,
  type SyntheticEvent,
  useEffect,
  useRef,
} from "react";
import { letGo } from "@/kit/letGo";
import { tick } from "@/kit/tick";

const HOLD_MS = 500;
/** A finger that rests is never quite still. */
const SLACK_PX = 10;

export interface Point {
  x: number;
  y: number;
}

interface Options {
  /** At the point of the finger or pointer; null when it came by the keyboard. */
  onOpen: (at: Point | null) => void;
  /** In simple mode nothing hides behind a gesture of the finger. */
  byTouch: boolean;
  /** What leads somewhere goes there by Enter, and has its menu by the other keys. */
  isLink?: boolean;
}

/** What opens the menu of a thing: right click, a finger that rests, Enter, Shift+F10, the menu key. */
export function useMenuGestures({ onOpen, byTouch, isLink = false }: Options) {
  const hold = useHold(onOpen);
  return {
    // On the way down: a button in the thing keeps its presses to itself.
    onPointerDownCapture: (event: PointerEvent) => {
      if (byTouch && event.pointerType === "touch" && isInside(event)) hold.begin(event);
    },
    onPointerMoveCapture: hold.move,
    onPointerUpCapture: hold.end,
    onPointerCancelCapture: hold.end,
    onClickCapture: hold.swallow,
    onContextMenu: (event: MouseEvent) => {
      const touch = (event.nativeEvent as globalThis.PointerEvent).pointerType === "touch";
      if ((touch && !byTouch) || hasSelection(event.currentTarget)) return;
      event.preventDefault();
      if (!isInside(event)) return;
      if (touch) hold.take();
      else onOpen({ x: event.clientX, y: event.clientY });
    },
    onKeyDown: (event: KeyboardEvent) => {
      const asked =
        (event.key === "Enter" && !isLink) ||
        event.key === "ContextMenu" ||
        (event.shiftKey && event.key === "F10");
      if (!asked || event.target !== event.currentTarget) return;
      event.preventDefault();
      onOpen(null);
    },
  };
}

/** Events of a menu come through to what it belongs to: React hands them on by its own tree. */
function isInside(event: SyntheticEvent): boolean {
  return event.currentTarget.contains(event.target as Node);
}

/** Who marked words wants the browser's own menu for them. */
function hasSelection(element: Element): boolean {
  const selection = document.getSelection();
  return !!selection && !selection.isCollapsed && selection.containsNode(element, true);
}

/** Lifting the finger presses nothing: neither what is under it nor what has opened close to it. */
function liftSilently(target: EventTarget) {
  const lifted = new AbortController();
  const lift = (event: Event) => {
    event.preventDefault();
    lifted.abort();
  };
  for (const type of ["touchend", "touchcancel"]) {
    target.addEventListener(type, lift, { signal: lifted.signal });
  }
}

function useHold(onOpen: (at: Point) => void) {
  const finger = useRef<{ at: Point; id: number; target: EventTarget } | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const took = useRef(false);
  useEffect(() => () => clearTimeout(timer.current), []);

  const end = () => {
    clearTimeout(timer.current);
    finger.current = null;
  };
  const take = () => {
    const held = finger.current;
    if (!held) return;
    end();
    took.current = true;
    tick();
    letGo(held);
    liftSilently(held.target);
    onOpen(held.at);
  };
  return {
    end,
    take,
    begin: (event: PointerEvent) => {
      took.current = false;
      const at = { x: event.clientX, y: event.clientY };
      finger.current = { at, id: event.pointerId, target: event.target };
      clearTimeout(timer.current);
      timer.current = setTimeout(take, HOLD_MS);
    },
    move: (event: PointerEvent) => {
      const { x, y } = finger.current?.at ?? { x: event.clientX, y: event.clientY };
      if (Math.hypot(event.clientX - x, event.clientY - y) > SLACK_PX) end();
    },
    swallow: (event: MouseEvent) => {
      if (!took.current || !isInside(event)) return;
      took.current = false;
      event.preventDefault();
      event.stopPropagation();
    },
  };
}
