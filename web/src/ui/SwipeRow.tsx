import {
  type MouseEvent,
  type PointerEvent,
  type ReactNode,
  useEffect,
  useRef,
  useState,
} from "react";
import { tick } from "@/kit/tick";
import styles from "./SwipeRow.module.css";
import { moveTo, opens, type Point, type Swipe, touch } from "./swipe";

interface Props {
  /** Lie under the row's end, and come into sight as it is drawn aside. */
  actions: ReactNode;
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  isDisabled?: boolean;
  children: ReactNode;
}

const pointOf = ({ clientX, clientY, timeStamp }: PointerEvent): Point => ({
  x: clientX,
  y: clientY,
  timeMs: timeStamp,
});

/** A row that a finger draws aside. Whoever uses it shows the same actions by a visible control, too. */
export function SwipeRow({ actions, isOpen, onOpenChange, isDisabled, children }: Props) {
  const under = useRef<HTMLDivElement>(null);
  const row = useRef<HTMLDivElement>(null);
  const [swipe, setSwipe] = useState<Swipe | null>(null);
  const [touched, setTouched] = useState(false);
  const swallow = useRef(false);
  const widthPx = () => under.current?.offsetWidth ?? 0;
  useCloseElsewhere(isOpen, row, () => onOpenChange(false));

  const down = (event: PointerEvent) => {
    swallow.current = false;
    if (isDisabled || event.pointerType !== "touch" || !event.isPrimary) return;
    setTouched(true);
    setSwipe(touch(pointOf(event), isOpen, widthPx()));
  };
  const move = (event: PointerEvent) => {
    if (!swipe || !event.isPrimary) return;
    const next = moveTo({ ...swipe, width: widthPx() }, pointOf(event));
    if (next.way === "across" && swipe.way !== "across") {
      swallow.current = true;
      event.currentTarget.setPointerCapture(event.pointerId);
    }
    setSwipe(next.way === "other" ? null : next);
  };
  const leave = (open: boolean) => {
    if (swipe && open !== isOpen) {
      if (open) tick();
      else swallow.current = true;
      onOpenChange(open);
    }
    setSwipe(null);
  };
  const click = (event: MouseEvent) => {
    if (!swallow.current && !isOpen) return;
    // The finger that drew the row aside, or that closes it, opens nothing.
    event.preventDefault();
    event.stopPropagation();
    if (!swallow.current) onOpenChange(false);
    swallow.current = false;
  };

  const across = swipe?.way === "across";
  const shift = across ? swipe.shift : isOpen ? -widthPx() : 0;
  return (
    <div ref={row} className={styles.swipe} data-open={isOpen || across || undefined}>
      <div
        className={styles.front}
        data-held={across || undefined}
        style={{ transform: shift ? `translateX(${shift}px)` : undefined }}
        onPointerDown={down}
        onPointerMove={move}
        onPointerUp={() => leave(!!swipe && opens(swipe))}
        onPointerCancel={() => leave(isOpen)}
        onClickCapture={click}
      >
        {children}
      </div>
      {touched && (
        <div ref={under} className={styles.actions} inert={!isOpen}>
          {actions}
        </div>
      )}
    </div>
  );
}

/** A touch elsewhere and a scroll close it, as does Escape. */
function useCloseElsewhere(
  isOpen: boolean,
  row: React.RefObject<HTMLElement | null>,
  close: () => void,
) {
  const latest = useRef(close);
  latest.current = close;
  useEffect(() => {
    if (!isOpen) return;
    const elsewhere = ({ target }: Event) => {
      if (!(target instanceof Node && row.current?.contains(target))) latest.current();
    };
    const scrolled = ({ target }: Event) => {
      if (target instanceof Node && target.contains(row.current)) latest.current();
    };
    const byKey = ({ key }: KeyboardEvent) => key === "Escape" && latest.current();
    document.addEventListener("pointerdown", elsewhere, true);
    document.addEventListener("scroll", scrolled, true);
    document.addEventListener("keydown", byKey);
    return () => {
      document.removeEventListener("pointerdown", elsewhere, true);
      document.removeEventListener("scroll", scrolled, true);
      document.removeEventListener("keydown", byKey);
    };
  }, [isOpen, row]);
}
