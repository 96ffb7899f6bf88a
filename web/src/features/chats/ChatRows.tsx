import { type RefObject, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Chat } from "@/matrix/chatList";
import { Banner } from "@/ui/Banner";
import { MenuOf, MenuRow } from "@/ui/FloatingMenu";
import { LongList } from "@/ui/LongList";
import type { Point } from "@/ui/useMenuGestures";
import { ChatItem } from "./ChatItem";
import { InvitationRow } from "./InvitationRow";
import { ACTION_ICONS, actionsOf, actionText, useChatActions } from "./useChatActions";

interface OpenMenu {
  roomId: string;
  of: RefObject<HTMLElement | null>;
  at: Point | null;
}

/** All chats; one of them at a time is drawn aside or has its menu open. */
export function ChatRows({ chats }: { chats: readonly Chat[] }) {
  const { t } = useTranslation();
  const { act, problem } = useChatActions();
  const [drawn, setDrawn] = useState<string | null>(null);
  const [menu, setMenu] = useState<OpenMenu | null>(null);
  const chosen = chats.find(({ roomId }) => roomId === menu?.roomId);
  return (
    <>
      {problem && <Banner look="warning">{problem}</Banner>}
      <LongList label={t("chats.list")} items={chats} keyOf={(chat) => chat.roomId}>
        {(chat) =>
          chat.invitation ? (
            <InvitationRow chat={chat} />
          ) : (
            <ChatItem
              chat={chat}
              act={act}
              isDrawn={drawn === chat.roomId}
              onDraw={(open) => setDrawn(open ? chat.roomId : null)}
              onMenu={(of, at) => setMenu({ roomId: chat.roomId, of: { current: of }, at })}
            />
          )
        }
      </LongList>
      {menu && chosen && (
        <MenuOf
          label={t("chats.actions", { name: chosen.name })}
          of={menu.of}
          at={menu.at}
          onClose={() => setMenu(null)}
        >
          {actionsOf(chosen).map((action) => (
            <MenuRow
              key={action}
              icon={ACTION_ICONS[action]}
              text={actionText(t, action)}
              onAction={() => act(chosen, action)}
            />
          ))}
        </MenuOf>
      )}
    </>
  );
}
