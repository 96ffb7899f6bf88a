import {
  type KeyboardEvent,
  type PointerEvent,
  useEffect,
  useEffectEvent,
  useRef,
  useState,
} from "react";
import { CLOSER, fitted, moved, type Size, STEP, type View, WHOLE, zoomed } from "./zoom";

const SLACK_PX = 10;
const DOUBLE_MS = 300;
const ARROW_PX = 80;
const ARROWS: Record<string, [number, number]> = {
  ArrowLeft: [1, 0],
  ArrowRight: [-1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

interface Spot {
  x: number;
  y: number;
}

/** Two fingers, the wheel, a double tap, a click and the keys make a picture larger; a drag moves it. */
export function useZoom(natural: Size, onBeside: () => void) {
  const stage = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  const [view, setView] = useState<View>(WHOLE);
  const picture = fitted(natural, size);
  const pointers = useRef(new Map<number, Spot>());
  const press = useRef({ x: 0, y: 0, still: false, tapMs: 0 });

  const fromMiddle = ({ x, y }: Spot): Spot => {
    const box = stage.current?.getBoundingClientRect();
    return box ? { x: x - box.left - box.width / 2, y: y - box.top - box.height / 2 } : { x, y };
  };
  const zoom = (factor: number, at: Spot = { x: 0, y: 0 }) =>
    setView((old) => zoomed(old, factor, at, picture, size));
  const pan = (dx: number, dy: number) => setView((old) => moved(old, dx, dy, picture, size));
  const toggle = (at: Spot) => (view.scale > 1 ? setView(WHOLE) : zoom(CLOSER, at));

  useEffect(() => {
    const box = stage.current;
    if (!box) return;
    const watch = new ResizeObserver(() => {
      setSize({ width: box.clientWidth, height: box.clientHeight });
      setView(WHOLE);
    });
    watch.observe(box);
    return () => watch.disconnect();
  }, []);
  const onWheel = useEffectEvent((event: WheelEvent) => {
    event.preventDefault();
    const factor = Math.exp(-event.deltaY / (event.ctrlKey ? 100 : 400));
    zoom(factor, fromMiddle({ x: event.clientX, y: event.clientY }));
  });
  // Not React's: the page itself would zoom, too, and only a listener that is not passive can say no.
  useEffect(() => {
    const box = stage.current;
    const wheel = (event: WheelEvent) => onWheel(event);
    box?.addEventListener("wheel", wheel, { passive: false });
    return () => box?.removeEventListener("wheel", wheel);
  }, []);

  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    const at = { x: event.clientX, y: event.clientY };
    pointers.current.set(event.pointerId, at);
    event.currentTarget.setPointerCapture(event.pointerId);
    const still = pointers.current.size === 1;
    press.current = { ...press.current, ...at, still };
  };
  const onPointerMove = (event: PointerEvent) => {
    const before = pointers.current.get(event.pointerId);
    if (!before) return;
    const at = { x: event.clientX, y: event.clientY };
    const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1];
    pointers.current.set(event.pointerId, at);
    if (Math.hypot(at.x - press.current.x, at.y - press.current.y) > SLACK_PX)
      press.current.still = false;
    if (!other) return pan(at.x - before.x, at.y - before.y);
    const factor = Math.hypot(at.x - other.x, at.y - other.y) / distance(before, other);
    zoom(factor, fromMiddle({ x: (at.x + other.x) / 2, y: (at.y + other.y) / 2 }));
    pan((at.x - before.x) / 2, (at.y - before.y) / 2);
  };
  const onPointerUp = (event: PointerEvent) => {
    pointers.current.delete(event.pointerId);
    if (press.current.still && event.button === 0) tap(event);
  };
  const tap = (event: PointerEvent) => {
    const at = fromMiddle({ x: event.clientX, y: event.clientY });
    const beside =
      Math.abs(at.x - view.x) > (picture.width * view.scale) / 2 ||
      Math.abs(at.y - view.y) > (picture.height * view.scale) / 2;
    if (beside) return onBeside();
    const again = event.timeStamp - press.current.tapMs < DOUBLE_MS;
    press.current.tapMs = again ? 0 : event.timeStamp;
    if (event.pointerType === "mouse" || again) toggle(at);
  };
  const onPointerCancel = (event: PointerEvent) => {
    pointers.current.delete(event.pointerId);
    press.current.still = false;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const [dx, dy] = ARROWS[event.key] ?? [0, 0];
    if (event.key === "+" || event.key === "=") zoom(STEP);
    else if (event.key === "-") zoom(1 / STEP);
    else if (event.key === "0") setView(WHOLE);
    else if (dx || dy) pan(dx * ARROW_PX, dy * ARROW_PX);
    else return;
    event.preventDefault();
  };
  const style = {
    width: picture.width,
    height: picture.height,
    transform: `translate(${view.x}px, ${view.y}px) scale(${view.scale})`,
  };
  const gestures = { onPointerDown, onPointerMove, onPointerUp, onPointerCancel };
  return { stage, style, gestures, onKeyDown, scale: view.scale, zoom };
}

function distance(a: Spot, b: Spot): number {
  return Math.max(1, Math.hypot(a.x - b.x, a.y - b.y));
}
