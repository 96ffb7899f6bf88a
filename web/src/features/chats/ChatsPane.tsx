import { MagnifyingGlass, Plus } from "@phosphor-icons/react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Input, SearchField } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { useMessenger } from "@/features/account/messenger";
import { LockedBanner } from "@/features/recovery/LockedBanner";
import { useSignal } from "@/kit/signal";
import { iconLinkClass, primaryLinkClass } from "@/ui/linkClass";
import { EmptyState } from "@/ui/Placeholders";
import { TopBar } from "@/ui/TopBar";
import { ChatRow } from "./ChatRow";
import styles from "./ChatsPane.module.css";
import { InvitationRow } from "./InvitationRow";
import { useSearchShortcut } from "./useSearchShortcut";

/** From so many chats on, a field to find one is worth its place. */
const SEARCH_FROM = 6;

export function ChatsPane() {
  const { t } = useTranslation();
  const chats = useSignal(useMessenger().chatList.chats);
  const [wanted, setWanted] = useState("");
  const search = useSearchShortcut();
  const needle = wanted.trim().toLocaleLowerCase();
  const found = needle
    ? chats.filter((chat) => chat.name.toLocaleLowerCase().includes(needle))
    : chats;
  return (
    <div className={styles.pane}>
      <TopBar title={t("tabs.chats")} look="page">
        <Link to="/chats/new" className={iconLinkClass} aria-label={t("chats.new")}>
          <Plus />
        </Link>
      </TopBar>
      <LockedBanner />
      <div className={styles.scroll}>
        {chats.length >= SEARCH_FROM && (
          <SearchField
            value={wanted}
            onChange={setWanted}
            aria-label={t("chats.find")}
            className={styles.search}
          >
            <MagnifyingGlass aria-hidden size="1.125em" />
            <Input ref={search} placeholder={t("chats.find")} />
          </SearchField>
        )}
        {chats.length === 0 && <NoChats />}
        {needle && found.length === 0 && <p className={styles.none}>{t("chats.noMatch")}</p>}
        <ul aria-label={t("chats.list")}>
          {found.map((chat) => (
            <li key={chat.roomId}>
              {chat.invitation ? <InvitationRow chat={chat} /> : <ChatRow chat={chat} />}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

function NoChats() {
  const { t } = useTranslation();
  const action = (
    <Link to="/chats/new" className={primaryLinkClass}>
      {t("chats.start")}
    </Link>
  );
  return <EmptyState text={t("chats.empty")} action={action} />;
}
