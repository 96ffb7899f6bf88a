import { useTranslation } from "react-i18next";
import { ChatPage } from "@/features/chat/ChatPage";
import { ChatsPane } from "@/features/chats/ChatsPane";
import { ContactsPane } from "@/features/contacts/ContactsPane";
import { MePane } from "@/features/me/MePane";
import { EmptyState } from "@/ui/Placeholders";
import { Split, WithDetails } from "./Split";

export const ChatsTab = () => <Split list={<ChatsPane />} />;
export const ContactsTab = () => <Split list={<ContactsPane />} />;
export const MeTab = () => <Split list={<MePane />} />;

export const ChatWithDetails = () => (
  <WithDetails>
    <ChatPage />
  </WithDetails>
);

export function NoChatChosen() {
  const { t } = useTranslation();
  return <EmptyState text={t("chats.choose")} />;
}

export function NoContactChosen() {
  const { t } = useTranslation();
  return <EmptyState text={t("contacts.choose")} />;
}

export const Nothing = () => <EmptyState text="" />;
