import { ArrowLeft } from "@phosphor-icons/react";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { Button as RowButton } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { Face } from "@/features/account/Face";
import { useLocale, useMessenger } from "@/features/account/messenger";
import { count } from "@/kit/format";
import { useSignal } from "@/kit/signal";
import { type Group, type GroupView, heirsOf } from "@/matrix/group";
import { RowBody, rowClass, rowDangerClass, rowValueClass } from "@/ui/ListRow";
import { iconLinkClass } from "@/ui/linkClass";
import { Page, Section } from "@/ui/Page";
import { TopBar } from "@/ui/TopBar";
import { AddPeopleSheet } from "./AddPeopleSheet";
import styles from "./DetailsPage.module.css";
import { LeaveSheet } from "./LeaveSheet";
import { MemberRows } from "./MemberRows";
import { RenameSheet } from "./RenameSheet";
import { useGroup } from "./useGroup";

type Sheet = "rename" | "add" | "leave" | null;

/** About a group or a 1:1 chat: who is there, and what can be done. */
export function DetailsPage() {
  const { roomId } = useParams({ from: "/in/shell/chats/$roomId/details" });
  const { t } = useTranslation();
  const chat = useSignal(useMessenger().chatList.chats).find((one) => one.roomId === roomId);
  const { group, view } = useGroup(roomId);
  const alone = !!chat?.partner;
  return (
    <Page
      bar={
        <TopBar
          title={t(alone ? "group.chatTitle" : "group.title")}
          back={
            <Link
              to="/chats/$roomId"
              params={{ roomId }}
              className={iconLinkClass}
              aria-label={t("common.back")}
            >
              <ArrowLeft />
            </Link>
          }
        />
      }
    >
      {chat && (
        <div className={styles.head}>
          <Face id={chat.partner ?? roomId} name={chat.name} mxc={chat.face} size="large" />
          <h2>{chat.name}</h2>
          {chat.partner && <p className={styles.id}>{chat.partner}</p>}
        </div>
      )}
      {group && view && <Body group={group} view={view} alone={alone} />}
    </Page>
  );
}

interface BodyProps {
  group: Group;
  view: GroupView;
  alone: boolean;
}

function Body({ group, view, alone }: BodyProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const [sheet, setSheet] = useState<Sheet>(null);
  const close = () => setSheet(null);
  const people = view.members.length;
  return (
    <>
      {!alone && view.mayRename && (
        <Section>
          <RowButton
            className={rowClass}
            data-short
            data-inset="none"
            onPress={() => setSheet("rename")}
          >
            <RowBody title={t("group.rename")} />
            <span className={rowValueClass}>{view.name}</span>
          </RowButton>
        </Section>
      )}
      {!alone && (
        <Section title={t("group.members", { count: people, shown: count(people, locale) })}>
          <MemberRows
            group={group}
            view={view}
            onAdd={view.mayInvite ? () => setSheet("add") : null}
          />
        </Section>
      )}
      <Section>
        <RowButton
          className={`${rowClass} ${rowDangerClass}`}
          data-short
          data-inset="none"
          onPress={() => setSheet("leave")}
        >
          <RowBody title={t(alone ? "group.deleteChat" : "group.leave")} />
        </RowButton>
      </Section>
      <RenameSheet group={group} name={view.name} isOpen={sheet === "rename"} onClose={close} />
      <AddPeopleSheet group={group} view={view} isOpen={sheet === "add"} onClose={close} />
      <LeaveSheet
        group={group}
        heirs={heirsOf(view)}
        alone={alone}
        isOpen={sheet === "leave"}
        onClose={close}
      />
    </>
  );
}
