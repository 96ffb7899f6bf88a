import { Plus } from "@phosphor-icons/react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMessenger } from "@/features/account/messenger";
import { FindBar } from "@/features/finder/FindBar";
import { LockedBanner } from "@/features/recovery/LockedBanner";
import { useSignal } from "@/kit/signal";
import { iconLinkClass, primaryLinkClass } from "@/ui/linkClass";
import { EmptyState } from "@/ui/Placeholders";
import { TopBar } from "@/ui/TopBar";
import { ChatRows } from "./ChatRows";
import styles from "./ChatsPane.module.css";

export function ChatsPane() {
  const { t } = useTranslation();
  const chats = useSignal(useMessenger().chatList.chats);
  return (
    <div className={styles.pane}>
      <TopBar title={t("tabs.chats")} look="page">
        <Link to="/chats/new" className={iconLinkClass} aria-label={t("chats.new")}>
          <Plus />
        </Link>
      </TopBar>
      <FindBar />
      <LockedBanner />
      <div className={styles.scroll}>
        {chats.length === 0 && <NoChats />}
        <ChatRows chats={chats} />
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
