import { AddressBook, ChatCircle, User } from "@phosphor-icons/react";
import { Link, Outlet, useMatches } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useLocale, useMessenger } from "@/features/account/messenger";
import { Finder } from "@/features/finder/Finder";
import { badgeCount } from "@/kit/format";
import { useSignal } from "@/kit/signal";
import { unreadTotal } from "@/matrix/chatList";
import { Badge } from "@/ui/Badge";
import { Banner } from "@/ui/Banner";
import { Mark } from "@/ui/Mark";
import styles from "./Shell.module.css";
import { useShellTitle } from "./useShellTitle";

/** Rail or tab bar, and the pages beside or above it. */
export function Shell() {
  const { t } = useTranslation();
  const { chatList, connection } = useMessenger();
  const lost = useSignal(connection.lost);
  useShellTitle(useSignal(chatList.chats));
  // On a phone the tabs stand only under the three lists: /in, /chats and its index.
  const deep = useMatches().some((match) => match.staticData.page === "inner");
  return (
    <div className={styles.shell} data-deep={deep || undefined}>
      <nav className={styles.tabs} aria-label={t("tabs.label")}>
        <span className={styles.mark}>
          <Mark size={28} title={t("app.name")} />
        </span>
        <Tab to="/chats" text={t("tabs.chats")} icon={ChatCircle} badge={<UnreadBadge />} />
        <Tab to="/contacts" text={t("tabs.contacts")} icon={AddressBook} />
        <Tab to="/me" text={t("tabs.me")} icon={User} />
      </nav>
      <main className={styles.main}>
        {lost && <Banner look="warning">{t("connection.lost")}</Banner>}
        <div className={styles.pages}>
          <Outlet />
        </div>
      </main>
      <Finder />
    </div>
  );
}

interface TabProps {
  to: "/chats" | "/contacts" | "/me";
  text: string;
  icon: typeof ChatCircle;
  badge?: ReactNode;
}

function Tab({ to, text, icon: Icon, badge }: TabProps) {
  return (
    <Link to={to} className={styles.tab}>
      {({ isActive }) => (
        <>
          <span className={styles.icon}>
            <Icon weight={isActive ? "fill" : "regular"} aria-hidden />
            {badge}
          </span>
          <span className={styles.word}>{text}</span>
        </>
      )}
    </Link>
  );
}

function UnreadBadge() {
  const { t } = useTranslation();
  const locale = useLocale();
  const chats = useSignal(useMessenger().chatList.chats);
  const unread = unreadTotal(chats);
  if (unread === 0) return null;
  const shown = badgeCount(unread, locale);
  return (
    <span className={styles.badge}>
      <Badge text={shown} label={t("chats.unread", { count: unread, shown })} />
    </span>
  );
}
