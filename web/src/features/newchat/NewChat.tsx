import { UsersThree } from "@phosphor-icons/react";
import { useMutation } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Face } from "@/features/account/Face";
import { useMessenger } from "@/features/account/messenger";
import { problemText } from "@/features/account/problemText";
import { ContactRows } from "@/features/contacts/ContactRows";
import { BackLink } from "@/ui/BackLink";
import { Button } from "@/ui/Button";
import { Form } from "@/ui/Form";
import { RowBody, rowClass } from "@/ui/ListRow";
import { Pad, Page, Section } from "@/ui/Page";
import { TextField } from "@/ui/TextField";
import { TopBar } from "@/ui/TopBar";
import styles from "./NewChat.module.css";
import { useFind } from "./useFind";

/** Somebody new by exact ID, a known person, or a group. */
export function NewChat() {
  const { t } = useTranslation();
  const { people, session } = useMessenger();
  const navigate = useNavigate();
  const [typed, setTyped] = useState("");
  const find = useFind();
  const chat = useMutation({
    mutationFn: (userId: string) => people.chatWith(userId),
    onSuccess: (roomId) => navigate({ to: "/chats/$roomId", params: { roomId }, replace: true }),
  });
  const submit = () => {
    if (typed.trim()) find.mutate(typed);
  };
  const person = find.data;
  return (
    <Page
      bar={
        <TopBar title={t("find.title")} back={<BackLink to="/chats" label={t("common.back")} />} />
      }
    >
      <Form onSubmit={submit}>
        <Pad>
          <TextField
            label={t("find.label")}
            hint={t("find.hint")}
            problem={find.problem ?? (chat.error ? problemText(t, chat.error) : null)}
            value={typed}
            onChange={(text) => {
              setTyped(text);
              find.reset();
            }}
            autoComplete="off"
            autoCorrect="off"
            spellCheck="false"
            autoFocus
          />
          {!person && (
            <Button type="submit" isPending={find.isPending} isDisabled={!typed.trim()}>
              {t("find.search")}
            </Button>
          )}
        </Pad>
      </Form>
      {person && (
        <Section>
          <div className={rowClass}>
            <RowBody
              lead={<Face id={person.userId} name={person.name} mxc={person.face} />}
              title={person.name}
              second={person.userId}
            />
            <Button isPending={chat.isPending} onPress={() => chat.mutate(person.userId)}>
              {t("find.chat")}
            </Button>
          </div>
        </Section>
      )}
      <Section>
        <Link to="/chats/new-group" className={rowClass} data-short data-inset="icon">
          <RowBody lead={<UsersThree />} title={t("chats.newGroup")} />
        </Link>
      </Section>
      <ContactRows title={t("newGroup.contacts")} onPick={(chosen) => chat.mutate(chosen.userId)} />
      <Pad>
        <p>
          {t("find.myId")}
          <br />
          <strong className={styles.id}>{session.userId}</strong>
        </p>
      </Pad>
    </Page>
  );
}
