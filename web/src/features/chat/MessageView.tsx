import { useTranslation } from "react-i18next";
import { Face } from "@/features/account/Face";
import { useLocale } from "@/features/account/messenger";
import { clockTime } from "@/kit/format";
import type { Message } from "@/matrix/timeline/message";
import { Bubble } from "./Bubble";
import { FileBody } from "./FileBody";
import { LockedBody } from "./LockedBody";
import { PictureBody } from "./PictureBody";
import styles from "./RowView.module.css";
import { TextBody } from "./TextBody";

type Sent = Extract<Message, { kind: "message" }>;

interface Props {
  message: Sent;
  first: boolean;
  last: boolean;
  group: boolean;
}

export function MessageView({ message, first, last, group }: Props) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { sender, mine, body } = message;
  if (body.kind === "recalled") {
    const text = mine ? t("chat.recalledByMe") : t("chat.recalledBy", { name: sender.name });
    return <p className={styles.quiet}>{text}</p>;
  }
  const named = group && !mine;
  const time = clockTime(message.timeMs, locale);
  return (
    <Bubble
      mine={mine}
      first={first}
      last={last}
      bare={body.kind === "picture"}
      face={named && <Face id={sender.userId} name={sender.name} mxc={sender.face} size="small" />}
      name={named && first ? sender.name : null}
      label={t("chat.message", { name: mine ? t("common.you") : sender.name, time })}
      below={last ? <time>{time}</time> : null}
    >
      <Body message={message} />
    </Bubble>
  );
}

function Body({ message }: { message: Sent }) {
  const { body, sender, eventId } = message;
  switch (body.kind) {
    case "text":
      return <TextBody text={body.text} edited={body.edited} />;
    case "picture":
      return <PictureBody picture={body} from={sender.name} />;
    case "file":
      return <FileBody file={body.file} />;
    default:
      return <LockedBody eventId={eventId} />;
  }
}
