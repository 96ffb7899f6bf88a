import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useLocale, useMessenger } from "@/features/account/messenger";
import { ChatPage } from "@/features/chat/ChatPage";
import { ChatsPane } from "@/features/chats/ChatsPane";
import { ContactsPane } from "@/features/contacts/ContactsPane";
import { openFinder } from "@/features/finder/opening";
import { MePane } from "@/features/me/MePane";
import { useSignal } from "@/kit/signal";
import { contactsOf } from "@/matrix/people";
import { Button } from "@/ui/Button";
import { primaryLinkClass } from "@/ui/linkClass";
import { Blank, EmptyState } from "@/ui/Placeholders";
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
  const chats = useSignal(useMessenger().chatList.chats);
  if (chats.length === 0) return <Blank />; // the list beside it says what to do
  const action = (
    <Link to="/chats/new" className={primaryLinkClass}>
      {t("chats.start")}
    </Link>
  );
  return <EmptyState text={t("chats.choose")} action={action} />;
}

export function NoContactChosen() {
  const { t } = useTranslation();
  const locale = useLocale();
  const chats = useSignal(useMessenger().chatList.chats);
  if (contactsOf(chats, locale).length === 0) return <Blank />;
  const action = <Button onPress={openFinder}>{t("finder.someone")}</Button>;
  return <EmptyState text={t("contacts.choose")} action={action} />;
}

export function NothingOfMeChosen() {
  const { t } = useTranslation();
  const action = (
    <Link to="/me/profile" className={primaryLinkClass}>
      {t("me.profile")}
    </Link>
  );
  return <EmptyState text={t("me.choose")} action={action} />;
}
