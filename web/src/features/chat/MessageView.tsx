import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Face } from "@/features/account/Face";
import { useLocale } from "@/features/account/messenger";
import { clockTime } from "@/kit/format";
import type { SentMessage } from "@/matrix/timeline/message";
import { AudioBody } from "./AudioBody";
import { Bubble } from "./Bubble";
import { FileBody } from "./FileBody";
import { LockedBody } from "./LockedBody";
import { MessageMenu } from "./MessageMenu";
import { hasEntries } from "./menu";
import { PictureBody } from "./PictureBody";
import { TextBody } from "./TextBody";
import { VideoBody } from "./VideoBody";
import { Viewer } from "./Viewer";

interface Props {
  message: SentMessage;
  first: boolean;
  last: boolean;
  group: boolean;
}

export function MessageView({ message, first, last, group }: Props) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { sender, mine, body } = message;
  const [viewing, setViewing] = useState(false);
  const [unplayable, setUnplayable] = useState(false);
  const named = group && !mine;
  const time = clockTime(message.timeMs, locale);
  const openPicture = () => setViewing(true);
  const hasMenu = hasEntries(message, Date.now());
  return (
    <>
      <Bubble
        mine={mine}
        first={first}
        last={last}
        bare={body.kind === "picture" || (body.kind === "video" && !unplayable)}
        face={
          named && <Face id={sender.userId} name={sender.name} mxc={sender.face} size="small" />
        }
        name={named && first ? sender.name : null}
        label={t("chat.message", { name: mine ? t("common.you") : sender.name, time })}
        below={last ? <time>{time}</time> : null}
        menu={
          hasMenu &&
          ((place) => <MessageMenu {...place} message={message} onOpenPicture={openPicture} />)
        }
      >
        <Body
          message={message}
          unplayable={unplayable}
          onOpenPicture={openPicture}
          onUnplayable={() => setUnplayable(true)}
        />
      </Bubble>
      {viewing && body.kind === "picture" && (
        <Viewer picture={body} from={sender.name} onClose={() => setViewing(false)} />
      )}
    </>
  );
}

interface BodyProps {
  message: SentMessage;
  unplayable: boolean;
  onOpenPicture: () => void;
  onUnplayable: () => void;
}

function Body({ message, unplayable, onOpenPicture, onUnplayable }: BodyProps) {
  const { body, sender, eventId } = message;
  if (unplayable && "file" in body) return <FileBody file={body.file} unplayable />;
  switch (body.kind) {
    case "text":
      return <TextBody text={body.text} edited={body.edited} />;
    case "picture":
      return <PictureBody picture={body} from={sender.name} onOpen={onOpenPicture} />;
    case "video":
      return <VideoBody video={body} from={sender.name} onUnplayable={onUnplayable} />;
    case "audio":
      return <AudioBody audio={body} of={message.key} onUnplayable={onUnplayable} />;
    case "file":
      return <FileBody file={body.file} />;
    default:
      return <LockedBody eventId={eventId} />;
  }
}
