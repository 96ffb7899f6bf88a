import { type RefObject, useCallback, useEffect, useState } from "react";

const NEAR_END_PX = 80;
/** Rows are measured as they appear, which moves what was scrolled to. */
const STILL_FRAMES = 3;

/** Whether the end of the list is on the screen; null until the list has come to rest where it opens. */
export function useAtEnd(scroller: RefObject<HTMLElement | null>) {
  const [atEnd, setAtEnd] = useState<boolean | null>(null);
  useEffect(() => {
    let [frame, still, before] = [0, 0, ""];
    const look = () => {
      const box = scroller.current;
      const place = box ? `${box.scrollTop}/${box.scrollHeight}` : "";
      still = place === before ? still + 1 : 0;
      before = place;
      if (box && still >= STILL_FRAMES) setAtEnd(isAtEnd(box));
      else frame = requestAnimationFrame(look);
    };
    frame = requestAnimationFrame(look);
    return () => cancelAnimationFrame(frame);
  }, [scroller]);
  const onScroll = useCallback(() => {
    const box = scroller.current;
    if (box) setAtEnd((known) => (known === null ? null : isAtEnd(box)));
  }, [scroller]);
  return { atEnd, onScroll };
}

function isAtEnd({ scrollHeight, scrollTop, clientHeight }: HTMLElement): boolean {
  return scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
}
