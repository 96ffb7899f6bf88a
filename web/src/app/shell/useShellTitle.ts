import { useMatches } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useLocale } from "@/features/account/messenger";
import { badgeCount } from "@/kit/format";
import { usePageTitle } from "@/kit/pageTitle";
import { type Chat, unreadTotal } from "@/matrix/chatList";

/** A chat's page has the name of the chat, a person's that of the person, and others their own. */
export function useShellTitle(chats: readonly Chat[]): void {
  const { t } = useTranslation();
  const locale = useLocale();
  const matches = useMatches();
  const params: { roomId?: string; userId?: string } = matches.at(-1)?.params ?? {};
  const named = chats.find(
    ({ roomId, partner }) => roomId === params.roomId || (partner && partner === params.userId),
  );
  const key = matches.findLast(({ staticData }) => staticData.title)?.staticData.title;
  const unread = unreadTotal(chats);
  usePageTitle({
    page: named?.name ?? (key ? t(key) : null),
    app: t("app.name"),
    unread: unread > 0 ? badgeCount(unread, locale) : "",
  });
}
