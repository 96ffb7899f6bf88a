import {
  Bell,
  BellSlash,
  EnvelopeSimple,
  EnvelopeSimpleOpen,
  PushPin,
  PushPinSlash,
} from "@phosphor-icons/react";
import { useMutation } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import type { TFunction } from "i18next";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useMessenger } from "@/features/account/messenger";
import { problemText } from "@/features/account/problemText";
import type { Chat } from "@/matrix/chatList";

export type ChatActionName = "read" | "unread" | "mute" | "unmute" | "pin" | "unpin";

/** What one may do to a chat as it stands, in the order in which it is offered. */
export function actionsOf(chat: Chat): ChatActionName[] {
  const unread = chat.unread > 0 || chat.quietlyUnread;
  return [
    unread ? "read" : "unread",
    chat.muted ? "unmute" : "mute",
    chat.pinned ? "unpin" : "pin",
  ];
}

export function actionText(t: TFunction, action: ChatActionName): string {
  const texts: Record<ChatActionName, string> = {
    read: t("chats.markRead"),
    unread: t("chats.markUnread"),
    mute: t("chats.mute"),
    unmute: t("chats.unmute"),
    pin: t("chats.pin"),
    unpin: t("chats.unpin"),
  };
  return texts[action];
}

export const ACTION_ICONS: Record<ChatActionName, ReactNode> = {
  read: <EnvelopeSimpleOpen />,
  unread: <EnvelopeSimple />,
  mute: <BellSlash />,
  unmute: <Bell />,
  pin: <PushPin />,
  unpin: <PushPinSlash />,
};

export type Act = (chat: Chat, action: ChatActionName) => void;

/** Does it, on all of one's devices; `problem` is why the last one did not work. */
export function useChatActions(): { act: Act; problem: string | null } {
  const { t } = useTranslation();
  const { marks } = useMessenger();
  const navigate = useNavigate();
  const open = useParams({ strict: false }).roomId;
  const doing = useMutation({
    mutationFn: async ({ chat: { roomId }, action }: { chat: Chat; action: ChatActionName }) => {
      switch (action) {
        case "read":
          return marks.markRead(roomId);
        case "unread":
          // What is on the screen is being read.
          if (open === roomId) await navigate({ to: "/chats" });
          return marks.markUnread(roomId);
        case "mute":
        case "unmute":
          return marks.mute(roomId, action === "mute");
        case "pin":
        case "unpin":
          return marks.pin(roomId, action === "pin");
      }
    },
  });
  return {
    act: (chat, action) => doing.mutate({ chat, action }),
    problem: doing.error && problemText(t, doing.error),
  };
}
