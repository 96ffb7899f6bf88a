import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Face } from "@/features/account/Face";
import { useLocale, useMessenger } from "@/features/account/messenger";
import { draftPlace } from "@/features/chat/drafts";
import { badgeCount, listTime } from "@/kit/format";
import { useSignal } from "@/kit/signal";
import type { Chat } from "@/matrix/chatList";
import { Badge } from "@/ui/Badge";
import { RowBody, rowClass } from "@/ui/ListRow";
import styles from "./ChatRow.module.css";
import { previewText } from "./previewText";

export function ChatRow({ chat }: { chat: Chat }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const shown = badgeCount(chat.unread, locale);
  return (
    <Link
      to="/chats/$roomId"
      params={{ roomId: chat.roomId }}
      className={rowClass}
      activeOptions={{ exact: false }}
    >
      <RowBody
        lead={<Face id={chat.partner ?? chat.roomId} name={chat.name} mxc={chat.face} />}
        title={chat.name}
        aside={chat.timeMs > 0 && <time>{listTime(chat.timeMs, Date.now(), locale)}</time>}
        second={<SecondLine chat={chat} />}
        badge={
          chat.unread > 0 && (
            <Badge text={shown} label={t("chats.unread", { count: chat.unread, shown })} />
          )
        }
      />
    </Link>
  );
}

function SecondLine({ chat }: { chat: Chat }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { outbox, session } = useMessenger();
  const failed = useSignal(outbox.items).some(
    (item) => item.roomId === chat.roomId && item.refused,
  );
  const draft = localStorage.getItem(draftPlace(session.userId, chat.roomId));
  if (failed) return <span className={styles.urgent}>{t("chats.failed")}</span>;
  if (draft) return <span className={styles.urgent}>{t("chats.draftOf", { text: draft })}</span>;
  return <span dir="auto">{previewText(t, locale, chat.preview)}</span>;
}
