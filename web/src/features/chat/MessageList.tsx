import { ArrowDown } from "@phosphor-icons/react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useLayoutEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useSignal } from "@/kit/signal";
import type { Conversation } from "@/matrix/timeline/conversation";
import { IconButton } from "@/ui/IconButton";
import { EarlierLine } from "./EarlierLine";
import { estimateRow, sizeScale } from "./estimateRow";
import { ListeningBar } from "./ListeningBar";
import styles from "./MessageList.module.css";
import { moveAmongMessages } from "./moveAmongMessages";
import { RowView } from "./RowView";
import { type Row, rowsOf } from "./rows";
import { useAtEnd } from "./useAtEnd";
import { useEarlier } from "./useEarlier";
import { useMarkRead } from "./useMarkRead";

const NEAR_START_ROWS = 5;
const PADDING_PX = 8;
/** So much room has what stands for the messages that are not here yet. */
const EARLIER_PX = 128;

/** A virtual list that holds to its end, opens at the first unread message, and pages back. */
export function MessageList({
  conversation,
  group,
}: {
  conversation: Conversation;
  group: boolean;
}) {
  const { t } = useTranslation();
  const view = useSignal(conversation.view);
  const rows = useMemo(
    () => rowsOf(view.messages, { readUpTo: view.readUpTo, complete: !view.hasEarlier }),
    [view],
  );
  const scroller = useRef<HTMLDivElement>(null);
  const { atEnd, onScroll } = useAtEnd(scroller);
  const earlierPx = EARLIER_PX * sizeScale();
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => estimateRow(rows[index]),
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 8,
    anchorTo: "end",
    followOnAppend: true,
    paddingStart: view.hasEarlier ? earlierPx : PADDING_PX,
    paddingEnd: PADDING_PX,
  });
  useOpeningPlace(rows, atEnd !== null, list);
  const items = list.getVirtualItems();
  const firstShown = rows.length === 0 ? 0 : (list.range?.startIndex ?? rows.length);
  const nearStart = firstShown <= NEAR_START_ROWS;
  const earlier = useEarlier(conversation, view.hasEarlier && nearStart && atEnd !== null);
  useHoldEnd(rows.length, atEnd === true, list);
  useMarkRead(conversation, view, atEnd === true);

  return (
    <div className={styles.frame}>
      <div
        ref={scroller}
        className={styles.scroll}
        onScroll={onScroll}
        onKeyDown={moveAmongMessages}
        role="log"
        aria-label={t("chat.messages")}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
      >
        <div className={styles.space} style={{ height: list.getTotalSize() }}>
          {view.hasEarlier && (
            <EarlierLine
              state={earlier.state}
              heightPx={earlierPx}
              timeMs={view.messages[0]?.timeMs}
              onRetry={() => void earlier.load()}
            />
          )}
          {items.map((item) => {
            const row = rows[item.index];
            return (
              <div
                key={item.key}
                ref={list.measureElement}
                data-index={item.index}
                className={styles.row}
                style={{ transform: `translateY(${item.start}px)` }}
              >
                {row && <RowView row={row} group={group} />}
              </div>
            );
          })}
        </div>
      </div>
      <ListeningBar
        floats
        when={({ recording, inSight }) => recording.roomId === conversation.roomId && !inSight}
        onShow={({ recording: { key } }) => {
          const index = rows.findIndex((row) => row.key === key);
          if (index >= 0) list.scrollToIndex(index, { align: "center" });
        }}
      />
      {atEnd === false && (
        <span className={styles.toEnd}>
          <IconButton label={t("chat.toEnd")} onPress={() => list.scrollToEnd()}>
            <ArrowDown />
          </IconButton>
        </span>
      )}
    </div>
  );
}

type List = ReturnType<typeof useVirtualizer<HTMLDivElement, Element>>;

/** Who reads the newest message goes on reading it, whatever comes above. */
function useHoldEnd(count: number, atEnd: boolean, list: List) {
  const wasAtEnd = useRef(atEnd);
  const before = useRef(count);
  useLayoutEffect(() => {
    if (before.current !== count && wasAtEnd.current) list.scrollToEnd();
    before.current = count;
    wasAtEnd.current = atEnd;
  }, [count, atEnd, list]);
}

/**
 * The divider at the top, or the end when all is read: before the first paint, and until the list has
 * come to rest, wherever rows that come meanwhile put the divider. From then on it keeps to its rows.
 */
function useOpeningPlace(rows: readonly Row[], atRest: boolean, list: List) {
  const divider = rows.findIndex((row) => row.kind === "new");
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows that come move the end, too
  useLayoutEffect(() => {
    if (atRest) return;
    if (divider >= 0) list.scrollToIndex(divider, { align: "start" });
    else list.scrollToEnd();
  }, [divider, rows.length, atRest, list]);
}
