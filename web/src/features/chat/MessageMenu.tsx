import {
  ArrowClockwise,
  ArrowsOut,
  ArrowUUpLeft,
  Copy,
  DownloadSimple,
  LinkSimple,
  Trash,
  X,
} from "@phosphor-icons/react";
import type { ParseKeys } from "i18next";
import { type ReactNode, type RefObject, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Message } from "@/matrix/timeline/message";
import { MenuOf, MenuRow } from "@/ui/FloatingMenu";
import type { Point } from "@/ui/useMenuGestures";
import { type Entry, entriesOf } from "./menu";
import { useEntryActions } from "./useEntryActions";

/** The timers of browsers end here. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface MenuPlace {
  of: RefObject<HTMLElement | null>;
  at: Point | null;
  onClose: () => void;
}

interface Props extends MenuPlace {
  message: Message;
  onOpenPicture?: () => void;
}

export function MessageMenu({ message, onOpenPicture, ...place }: Props) {
  const { t } = useTranslation();
  const entries = entriesOf(message, useNowUntilRecallEnds(message));
  const actions = useEntryActions(message, onOpenPicture);
  return (
    <MenuOf label={t("chat.more")} {...place}>
      {entries.map((entry) => {
        const { icon, text, danger } = LOOKS[entry];
        return (
          <MenuRow
            key={entry}
            icon={icon}
            text={t(text)}
            look={danger && "danger"}
            onAction={actions[entry]}
          />
        );
      })}
    </MenuOf>
  );
}

interface Look {
  icon: ReactNode;
  text: ParseKeys;
  danger?: true;
}

const LOOKS: Record<Entry, Look> = {
  copy: { icon: <Copy />, text: "chat.copy" },
  copyLink: { icon: <LinkSimple />, text: "chat.copyLink" },
  openPicture: { icon: <ArrowsOut />, text: "chat.openPicture" },
  save: { icon: <DownloadSimple />, text: "chat.save" },
  recall: { icon: <ArrowUUpLeft />, text: "chat.recall" },
  cancel: { icon: <X />, text: "chat.cancel" },
  retry: { icon: <ArrowClockwise />, text: "chat.retry" },
  discard: { icon: <Trash />, text: "chat.discard", danger: true },
};

/** A menu that stays open loses "recall" when its time is over. */
function useNowUntilRecallEnds(message: Message): number {
  const [now, setNow] = useState(() => Date.now());
  const untilMs = message.kind === "message" ? message.recallUntilMs : 0;
  useEffect(() => {
    const leftMs = untilMs - now;
    if (leftMs <= 0 || leftMs > LONGEST_TIMER_MS) return;
    const timer = setTimeout(() => setNow(Date.now()), leftMs);
    return () => clearTimeout(timer);
  }, [untilMs, now]);
  return now;
}
