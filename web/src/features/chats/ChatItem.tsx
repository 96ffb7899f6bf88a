import { DotsThree } from "@phosphor-icons/react";
import { useRef } from "react";
import { Button } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { preferences } from "@/kit/preferences";
import { useSignal } from "@/kit/signal";
import type { Chat } from "@/matrix/chatList";
import { IconButton } from "@/ui/IconButton";
import { SwipeRow } from "@/ui/SwipeRow";
import { type Point, useMenuGestures } from "@/ui/useMenuGestures";
import styles from "./ChatItem.module.css";
import { ChatRow } from "./ChatRow";
import { ACTION_ICONS, type Act, actionsOf, actionText } from "./useChatActions";

interface Props {
  chat: Chat;
  act: Act;
  isDrawn: boolean;
  onDraw: (isDrawn: boolean) => void;
  onMenu: (of: HTMLElement | null, at: Point | null) => void;
}

/** A chat and what one may do to it: by swipe, by menu, and by a button that says that there is one. */
export function ChatItem({ chat, act, isDrawn, onDraw, onMenu }: Props) {
  const { t } = useTranslation();
  const row = useRef<HTMLAnchorElement>(null);
  const more = useRef<HTMLButtonElement>(null);
  // In simple mode nothing hides behind a gesture: the button is always there.
  const byTouch = useSignal(preferences).size !== "simple";
  const gestures = useMenuGestures({
    onOpen: (at) => onMenu(row.current, at),
    byTouch: byTouch && !isDrawn,
    isLink: true,
  });
  return (
    <SwipeRow
      actions={<Actions chat={chat} act={act} onDone={() => onDraw(false)} />}
      isOpen={isDrawn}
      onOpenChange={onDraw}
      isDisabled={!byTouch}
    >
      <div className={styles.item}>
        <ChatRow ref={row} chat={chat} {...gestures} />
        <span className={styles.more}>
          <IconButton
            ref={more}
            label={t("chats.more", { name: chat.name })}
            aria-haspopup="menu"
            onPress={() => onMenu(more.current, null)}
          >
            <DotsThree weight="bold" />
          </IconButton>
        </span>
      </div>
    </SwipeRow>
  );
}

interface ActionsProps {
  chat: Chat;
  act: Act;
  onDone: () => void;
}

function Actions({ chat, act, onDone }: ActionsProps) {
  const { t } = useTranslation();
  return actionsOf(chat).map((action) => (
    <Button
      key={action}
      className={styles.action}
      data-action={action}
      onPress={() => {
        act(chat, action);
        onDone();
      }}
    >
      {ACTION_ICONS[action]}
      <span>{actionText(t, action)}</span>
    </Button>
  ));
}
