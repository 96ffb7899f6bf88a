import { useTranslation } from "react-i18next";
import { Face } from "@/features/account/Face";
import { useLocale } from "@/features/account/messenger";
import { count } from "@/kit/format";
import type { Chat } from "@/matrix/chatList";
import type { Person } from "@/matrix/timeline/message";
import { RowBody } from "@/ui/ListRow";
import type { Finding } from "./findings";

export function nameOf(finding: Finding): string {
  if (finding.kind === "chat") return finding.chat.name;
  return finding.kind === "place" ? finding.place.name : finding.person.name;
}

export function FindingBody({ finding }: { finding: Finding }) {
  const { t } = useTranslation();
  switch (finding.kind) {
    case "chat":
      return <ChatBody chat={finding.chat} />;
    case "contact":
      return <PersonBody person={finding.person} title={finding.person.name} />;
    case "stranger":
      return (
        <PersonBody
          person={finding.person}
          title={t("finder.message", { name: finding.person.name })}
        />
      );
    case "place": {
      const Icon = finding.place.icon;
      return <RowBody lead={<Icon aria-hidden />} title={finding.place.name} />;
    }
  }
}

function ChatBody({ chat }: { chat: Chat }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const people = t("chat.members", {
    count: chat.memberCount,
    shown: count(chat.memberCount, locale),
  });
  return (
    <RowBody
      lead={<Face id={chat.partner ?? chat.roomId} name={chat.name} mxc={chat.face} size="small" />}
      title={chat.name}
      second={chat.partner ?? people}
    />
  );
}

function PersonBody({ person, title }: { person: Person; title: string }) {
  return (
    <RowBody
      lead={<Face id={person.userId} name={person.name} mxc={person.face} size="small" />}
      title={title}
      second={person.userId}
    />
  );
}
