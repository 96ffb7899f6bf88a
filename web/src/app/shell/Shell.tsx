import { AddressBook, ChatCircle, User } from "@phosphor-icons/react";
import { Link, Outlet, useMatches, useNavigate, useParams } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocale, useMessenger } from "@/features/account/messenger";
import { ListeningBar } from "@/features/chat/ListeningBar";
import { Listening, ListeningProvider } from "@/features/chat/listening";
import { Sound } from "@/features/chat/Sound";
import { Finder } from "@/features/finder/Finder";
import { badgeCount } from "@/kit/format";
import { useSignal } from "@/kit/signal";
import { unreadTotal } from "@/matrix/chatList";
import { Badge } from "@/ui/Badge";
import { Banner } from "@/ui/Banner";
import { Mark } from "@/ui/Mark";
import styles from "./Shell.module.css";
import { useShellTitle } from "./useShellTitle";

/** What one listens to plays on from page to page; away from its chat a bar tells of it. */
function AndSound({ children }: { children: ReactNode }) {
  const [listening] = useState(() => new Listening());
  return (
    <ListeningProvider value={listening}>
      {children}
      <Sound />
    </ListeningProvider>
  );
}

/** Rail or tab bar, and the pages beside or above it. */
export function Shell() {
  const { t } = useTranslation();
  const { chatList, connection } = useMessenger();
  const lost = useSignal(connection.lost);
  useShellTitle(useSignal(chatList.chats));
  // On a phone the tabs stand only under the three lists: /in, /chats and its index.
  const deep = useMatches().some((match) => match.staticData.page === "inner");
  const { roomId } = useParams({ strict: false });
  const navigate = useNavigate();
  return (
    <AndSound>
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
          <ListeningBar
            when={({ recording }) => recording.roomId !== roomId}
            onShow={({ recording }) =>
              void navigate({ to: "/chats/$roomId", params: { roomId: recording.roomId } })
            }
          />
          <div className={styles.pages}>
            <Outlet />
          </div>
        </main>
        <Finder />
      </div>
    </AndSound>
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
