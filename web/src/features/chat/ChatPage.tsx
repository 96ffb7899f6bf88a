import { DotsThree } from "@phosphor-icons/react";
import { Link, Navigate, useNavigate, useParams } from "@tanstack/react-router";
import { useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocale, useMessenger } from "@/features/account/messenger";
import { count } from "@/kit/format";
import { useSignal } from "@/kit/signal";
import type { Conversation } from "@/matrix/timeline/conversation";
import { BackLink } from "@/ui/BackLink";
import { iconLinkClass, primaryLinkClass } from "@/ui/linkClass";
import { EmptyState, Skeleton } from "@/ui/Placeholders";
import { TopBar } from "@/ui/TopBar";
import styles from "./ChatPage.module.css";
import { Composer, type ComposerHandle } from "./Composer";
import { ChatDeskProvider } from "./chatDesk";
import { DropZone } from "./DropZone";
import { MessageList } from "./MessageList";
import { SendSheet } from "./SendSheet";
import { TypingLine } from "./TypingLine";
import { useConversation } from "./useConversation";
import { useSendFiles } from "./useSendFiles";
import { useSwipeBack } from "./useSwipeBack";

export function ChatPage() {
  const { roomId } = useParams({ from: "/in/shell/chats/$roomId" });
  const { t } = useTranslation();
  const conversation = useConversation(roomId);
  const navigate = useNavigate();
  const swipe = useSwipeBack(() => void navigate({ to: "/chats" }));
  return (
    <section className={styles.page} {...swipe}>
      <ChatBar roomId={roomId} conversation={conversation ?? null} />
      {conversation === undefined && <Skeleton label={t("common.loading")} />}
      {conversation === null && <Gone roomId={roomId} />}
      {conversation && <Open key={roomId} roomId={roomId} conversation={conversation} />}
    </section>
  );
}

function Open({ roomId, conversation }: { roomId: string; conversation: Conversation }) {
  const chat = useChat(roomId);
  const [problem, tell] = useState<string | null>(null);
  const sendFiles = useSendFiles(roomId, tell);
  const [brought, bring] = useState<readonly File[] | null>(null);
  const composer = useRef<ComposerHandle>(null);
  const desk = useMemo(
    () => ({ conversation, tell, writeAgain: (text: string) => composer.current?.add(text) }),
    [conversation],
  );
  return (
    <DropZone onFiles={bring}>
      <ChatDeskProvider value={desk}>
        <MessageList conversation={conversation} group={chat?.partner === null} />
      </ChatDeskProvider>
      <Composer
        ref={composer}
        roomId={roomId}
        conversation={conversation}
        onFiles={sendFiles}
        onPasteFiles={bring}
        problem={problem}
        tell={tell}
      />
      <SendSheet
        to={chat?.name ?? ""}
        files={brought}
        onSend={(files) => {
          bring(null);
          sendFiles(files);
        }}
        onClose={() => bring(null)}
      />
    </DropZone>
  );
}

function Gone({ roomId }: { roomId: string }) {
  const { t } = useTranslation();
  const onward = useMessenger().movedTo(roomId);
  if (onward) return <Navigate to="/chats/$roomId" params={{ roomId: onward }} replace />;
  const action = (
    <Link to="/chats" className={primaryLinkClass}>
      {t("app.toChats")}
    </Link>
  );
  return <EmptyState text={t("chat.gone")} action={action} />;
}

function useChat(roomId: string) {
  return useSignal(useMessenger().chatList.chats).find((chat) => chat.roomId === roomId);
}

function ChatBar({ roomId, conversation }: { roomId: string; conversation: Conversation | null }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const chat = useChat(roomId);
  const people =
    chat && t("chat.members", { count: chat.memberCount, shown: count(chat.memberCount, locale) });
  return (
    <TopBar
      title={chat?.name ?? ""}
      second={
        chat && <TypingLine conversation={conversation} otherwise={chat.partner ? null : people} />
      }
      back={<BackLink to="/chats" label={t("common.back")} />}
    >
      {chat && (
        <Link
          to="/chats/$roomId/details"
          params={{ roomId }}
          className={iconLinkClass}
          aria-label={t("chat.details")}
        >
          <DotsThree weight="bold" />
        </Link>
      )}
    </TopBar>
  );
}
