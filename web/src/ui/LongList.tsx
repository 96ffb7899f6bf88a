import { defaultRangeExtractor, type Range, useVirtualizer } from "@tanstack/react-virtual";
import {
  type FocusEvent,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useCallback,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import styles from "./LongList.module.css";
import { stepTo } from "./stepTo";

interface Props<T> {
  label: string;
  items: readonly T[];
  keyOf: (item: T) => string;
  children: (item: T) => ReactNode;
}

/** So many rows stand ready above and below what is seen. */
const AHEAD = 6;
/** A row that was far away is there after a frame or two. */
const FRAMES_TO_WAIT = 10;

/**
 * A list of any length, of which only the rows near the screen exist; screen readers are told how
 * many there are. The arrow keys, Home and End go from row to row. Scrolls with the box around it.
 */
export function LongList<T>({ label, items, keyOf, children }: Props<T>) {
  const list = useRef<HTMLUListElement>(null);
  const place = usePlace(list);
  const [focused, setFocused] = useState<number | null>(null);
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => place.scroller,
    estimateSize: () => place.rowPx,
    getItemKey: (index) => keyAt(items, index, keyOf),
    scrollMargin: place.topPx,
    overscan: AHEAD,
    // The row with the focus stays, however far one scrolls: else the focus would be lost.
    rangeExtractor: useCallback((range: Range) => withRow(range, focused), [focused]),
  });

  const focusRow = (index: number, frames = FRAMES_TO_WAIT) => {
    const row = list.current?.querySelector<HTMLElement>(`[data-index="${index}"] :is(a, button)`);
    if (row) row.focus({ preventScroll: true });
    else if (frames > 0) requestAnimationFrame(() => focusRow(index, frames - 1));
  };
  const step = (event: KeyboardEvent) => {
    const from = rowOf(event.target);
    const to = from === null ? null : stepTo(event.key, from, items.length);
    if (to === null) return;
    event.preventDefault();
    rows.scrollToIndex(to);
    focusRow(to);
  };

  return (
    <ul
      ref={list}
      aria-label={label}
      className={styles.list}
      style={{ height: rows.getTotalSize() }}
      onFocus={(event: FocusEvent) => setFocused(rowOf(event.target))}
      onBlur={() => setFocused(null)}
      onKeyDown={step}
    >
      {rows.getVirtualItems().map(({ key, index, start }) => {
        const item = items[index];
        return (
          <li
            key={key}
            ref={rows.measureElement}
            data-index={index}
            aria-posinset={index + 1}
            aria-setsize={items.length}
            className={styles.row}
            style={{ transform: `translateY(${start - place.topPx}px)` }}
          >
            {item !== undefined && children(item)}
          </li>
        );
      })}
    </ul>
  );
}

function keyAt<T>(items: readonly T[], index: number, keyOf: (item: T) => string): string | number {
  const item = items[index];
  return item === undefined ? index : keyOf(item);
}

function withRow(range: Range, row: number | null): number[] {
  const shown = defaultRangeExtractor(range);
  if (row === null || row >= range.count || shown.includes(row)) return shown;
  return [...shown, row].sort((a, b) => a - b);
}

/** The row that something belongs to; null for what only comes through here, such as a menu's keys. */
function rowOf(target: EventTarget): number | null {
  const row = target instanceof Element ? target.closest<HTMLElement>("li[data-index]") : null;
  return row ? Number(row.dataset.index) : null;
}

interface Place {
  scroller: HTMLElement | null;
  /** From the top of what scrolls to the first row. */
  topPx: number;
  rowPx: number;
}

/** Where the list is. What stands above it may come and go, so it looks again each time. */
function usePlace(list: RefObject<HTMLElement | null>): Place {
  const [place, setPlace] = useState<Place>({ scroller: null, topPx: 0, rowPx: 72 });
  useLayoutEffect(() => {
    const scroller = list.current && scrollerOf(list.current);
    if (!list.current || !scroller) return;
    const above = list.current.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
    const topPx = Math.round(above + scroller.scrollTop);
    const rowPx = Number.parseFloat(getComputedStyle(list.current).getPropertyValue("--row")) || 72;
    setPlace((old) => {
      const same = old.scroller === scroller && old.topPx === topPx && old.rowPx === rowPx;
      return same ? old : { scroller, topPx, rowPx };
    });
  });
  return place;
}

function scrollerOf(element: Element): HTMLElement | null {
  const parent = element.parentElement;
  if (!parent || /auto|scroll/.test(getComputedStyle(parent).overflowY)) return parent;
  return scrollerOf(parent);
}
