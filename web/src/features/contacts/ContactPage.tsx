import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Face } from "@/features/account/Face";
import { useLocale, useMessenger } from "@/features/account/messenger";
import { openFinder } from "@/features/finder/opening";
import { useSignal } from "@/kit/signal";
import { contactsOf } from "@/matrix/people";
import { BackLink } from "@/ui/BackLink";
import { Button } from "@/ui/Button";
import { primaryLinkClass } from "@/ui/linkClass";
import { Page } from "@/ui/Page";
import { EmptyState } from "@/ui/Placeholders";
import { TopBar } from "@/ui/TopBar";
import styles from "./ContactPage.module.css";

export function ContactPage() {
  const { userId } = useParams({ from: "/in/shell/contacts/$userId" });
  const { t } = useTranslation();
  const locale = useLocale();
  const contacts = contactsOf(useSignal(useMessenger().chatList.chats), locale);
  const contact = contacts.find(({ person }) => person.userId === userId);
  return (
    <Page
      bar={
        <TopBar
          title={t("contacts.about")}
          back={<BackLink to="/contacts" label={t("common.back")} />}
        />
      }
    >
      {!contact && (
        <EmptyState
          text={t("contacts.unknown")}
          action={<Button onPress={openFinder}>{t("finder.someone")}</Button>}
        />
      )}
      {contact && (
        <div className={styles.card}>
          <Face id={userId} name={contact.person.name} mxc={contact.person.face} size="large" />
          <h2>{contact.person.name}</h2>
          <p className={styles.id}>{userId}</p>
          <Link
            to="/chats/$roomId"
            params={{ roomId: contact.roomId }}
            className={primaryLinkClass}
          >
            {t("contacts.message")}
          </Link>
        </div>
      )}
    </Page>
  );
}
