import { ArrowDown } from "@phosphor-icons/react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSignal } from "@/kit/signal";
import type { Conversation } from "@/matrix/timeline/conversation";
import { Button } from "@/ui/Button";
import { IconButton } from "@/ui/IconButton";
import { estimateRow } from "./estimateRow";
import styles from "./MessageList.module.css";
import { moveAmongMessages } from "./moveAmongMessages";
import { RowView } from "./RowView";
import { rowsOf } from "./rows";
import { useEarlier } from "./useEarlier";
import { useMarkRead } from "./useMarkRead";

const NEAR_END_PX = 80;
const NEAR_START_ROWS = 5;

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
  const [atEnd, setAtEnd] = useState(true);
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => estimateRow(rows[index]),
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 8,
    anchorTo: "end",
    followOnAppend: true,
    paddingStart: 8,
    paddingEnd: 8,
  });
  useOpenAtUnread(
    rows.findIndex((row) => row.kind === "new"),
    list,
  );
  const earlier = useEarlier(conversation, view.hasEarlier);
  const firstShown = list.range?.startIndex ?? 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a page that brought too little is followed by the next
  useEffect(() => {
    if (firstShown <= NEAR_START_ROWS) void earlier.load();
  }, [firstShown, earlier.load, rows.length]);
  useHoldEnd(rows.length, atEnd, list);
  useMarkRead(conversation, view, atEnd);

  const onScroll = useCallback(() => {
    const box = scroller.current;
    if (box) setAtEnd(box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END_PX);
  }, []);

  return (
    <div className={styles.frame}>
      {earlier.failed && (
        <div className={styles.earlier} role="status">
          {t("chat.earlierFailed")}
          <Button look="plain" onPress={() => void earlier.retry()}>
            {t("common.retry")}
          </Button>
        </div>
      )}
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
          {list.getVirtualItems().map((item) => {
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
      {!atEnd && (
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

/** Once, before the first paint: the divider at the top, or the end when all is read. */
function useOpenAtUnread(divider: number, list: List) {
  const opened = useRef(false);
  useLayoutEffect(() => {
    if (opened.current) return;
    opened.current = true;
    if (divider >= 0) list.scrollToIndex(divider, { align: "start" });
    else list.scrollToEnd();
  }, [divider, list]);
}
