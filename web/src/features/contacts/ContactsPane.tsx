import { UserPlus } from "@phosphor-icons/react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Face } from "@/features/account/Face";
import { useLocale, useMessenger } from "@/features/account/messenger";
import { FindBar } from "@/features/finder/FindBar";
import { useSignal } from "@/kit/signal";
import { contactsOf } from "@/matrix/people";
import { RowBody, rowClass } from "@/ui/ListRow";
import { LongList } from "@/ui/LongList";
import { iconLinkClass, primaryLinkClass } from "@/ui/linkClass";
import { EmptyState } from "@/ui/Placeholders";
import { TopBar } from "@/ui/TopBar";
import styles from "./ContactsPane.module.css";

/** Until contact requests exist: the people of one's 1:1 chats. */
export function ContactsPane() {
  const { t } = useTranslation();
  const locale = useLocale();
  const contacts = contactsOf(useSignal(useMessenger().chatList.chats), locale);
  return (
    <div className={styles.pane}>
      <TopBar title={t("contacts.title")} look="page">
        <Link to="/chats/new" className={iconLinkClass} aria-label={t("contacts.add")}>
          <UserPlus />
        </Link>
      </TopBar>
      <FindBar />
      <div className={styles.scroll}>
        {contacts.length === 0 && <NoContacts />}
        <LongList label={t("contacts.list")} items={contacts} keyOf={({ person }) => person.userId}>
          {({ person }) => (
            <Link to="/contacts/$userId" params={{ userId: person.userId }} className={rowClass}>
              <RowBody
                lead={<Face id={person.userId} name={person.name} mxc={person.face} />}
                title={person.name}
              />
            </Link>
          )}
        </LongList>
      </div>
    </div>
  );
}

function NoContacts() {
  const { t } = useTranslation();
  const action = (
    <Link to="/chats/new" className={primaryLinkClass}>
      {t("contacts.add")}
    </Link>
  );
  return <EmptyState text={t("contacts.empty")} action={action} />;
}
