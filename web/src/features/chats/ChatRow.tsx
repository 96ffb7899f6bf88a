import { BellSlash, PushPin } from "@phosphor-icons/react";
import { Link } from "@tanstack/react-router";
import type { ComponentProps } from "react";
import { useTranslation } from "react-i18next";
import { Face } from "@/features/account/Face";
import { useLocale, useMessenger } from "@/features/account/messenger";
import { useDraftText } from "@/features/chat/useDraft";
import { badgeCount, listTime } from "@/kit/format";
import { useSignal } from "@/kit/signal";
import type { Chat } from "@/matrix/chatList";
import { Badge } from "@/ui/Badge";
import { Dot } from "@/ui/Dot";
import { RowBody, rowClass } from "@/ui/ListRow";
import styles from "./ChatRow.module.css";
import { previewText } from "./previewText";

interface Props extends Omit<ComponentProps<"a">, "href" | "className"> {
  chat: Chat;
}

export function ChatRow({ chat, ...rest }: Props) {
  return (
    <Link
      {...rest}
      to="/chats/$roomId"
      params={{ roomId: chat.roomId }}
      className={rowClass}
      activeOptions={{ exact: false }}
      draggable={false}
    >
      <RowBody
        lead={<Face id={chat.partner ?? chat.roomId} name={chat.name} mxc={chat.face} />}
        title={chat.name}
        aside={<Aside chat={chat} />}
        second={<SecondLine chat={chat} />}
        badge={<News chat={chat} />}
      />
    </Link>
  );
}

/** The quiet marks of a chat, and when it last had news. */
function Aside({ chat }: { chat: Chat }) {
  const { t } = useTranslation();
  const locale = useLocale();
  return (
    <span className={styles.aside}>
      {chat.muted && <BellSlash aria-label={t("chats.muted")} role="img" />}
      {chat.pinned && <PushPin weight="fill" aria-label={t("chats.pinned")} role="img" />}
      {chat.timeMs > 0 && <time>{listTime(chat.timeMs, Date.now(), locale)}</time>}
    </span>
  );
}

function News({ chat }: { chat: Chat }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const shown = badgeCount(chat.unread, locale);
  if (chat.unread > 0)
    return <Badge text={shown} label={t("chats.unread", { count: chat.unread, shown })} />;
  if (!chat.quietlyUnread) return null;
  return <Dot look={chat.muted ? "quiet" : "loud"} label={t("chats.markedUnread")} />;
}

function SecondLine({ chat }: { chat: Chat }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { outbox } = useMessenger();
  const failed = useSignal(outbox.items).some(
    (item) => item.roomId === chat.roomId && item.refused,
  );
  const draft = useDraftText(chat.roomId).trim();
  if (failed) return <span className={styles.urgent}>{t("chats.failed")}</span>;
  if (draft) return <span className={styles.urgent}>{t("chats.draftOf", { text: draft })}</span>;
  return <span dir="auto">{previewText(t, locale, chat.preview)}</span>;
}
