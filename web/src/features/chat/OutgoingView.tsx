import { ClockClockwise, WarningCircle } from "@phosphor-icons/react";
import { ProgressBar } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { useLocale, useMessenger } from "@/features/account/messenger";
import { fileSize, percent } from "@/kit/format";
import { useSignal } from "@/kit/signal";
import { useObjectUrl } from "@/kit/useObjectUrl";
import { isCancellable, type OutboxItem } from "@/matrix/outbox/item";
import type { Message } from "@/matrix/timeline/message";
import { Button } from "@/ui/Button";
import { Bubble } from "./Bubble";
import { FileCard } from "./FileCard";
import { MessageMenu } from "./MessageMenu";
import { hasEntries } from "./menu";
import styles from "./OutgoingView.module.css";
import { refusalText } from "./refusalText";
import { TextBody } from "./TextBody";

interface Props {
  message: Extract<Message, { kind: "outgoing" }>;
  first: boolean;
  last: boolean;
}

/** One's own message on its way. */
export function OutgoingView({ message, first, last }: Props) {
  const { t } = useTranslation();
  const { item } = message;
  const hasMenu = hasEntries(message, Date.now());
  return (
    <Bubble
      mine
      first={first}
      last={last || !!item.refused}
      bare={item.draft.kind === "picture" || item.draft.kind === "video"}
      label={item.refused ? t("chat.failed") : t("chat.sending")}
      menu={hasMenu && ((place) => <MessageMenu {...place} message={message} />)}
      below={item.refused ? <Refused item={item} /> : <Waiting item={item} />}
    >
      <Draft item={item} />
    </Bubble>
  );
}

function Draft({ item }: { item: OutboxItem }) {
  const locale = useLocale();
  const { draft } = item;
  if (draft.kind === "text") return <TextBody text={draft.text} edited={false} />;
  if (draft.kind === "picture" || draft.kind === "video")
    return <OutgoingPicture kind={draft.kind} blob={draft.blob} txnId={item.txnId} />;
  return (
    <FileCard name={draft.name}>
      {fileSize(draft.blob.size, locale)} <Progress txnId={item.txnId} />
    </FileCard>
  );
}

interface PictureProps {
  kind: "picture" | "video";
  blob: Blob;
  txnId: string;
}

function OutgoingPicture({ kind, blob, txnId }: PictureProps) {
  const { t } = useTranslation();
  const src = useObjectUrl(blob);
  return (
    <div className={styles.picture}>
      {src && kind === "picture" && <img src={src} alt={t("chat.picture")} />}
      {/* A moment after its beginning, which is often black. */}
      {src && kind === "video" && (
        <video src={`${src}#t=0.5`} muted playsInline aria-label={t("chat.video")} />
      )}
      <span className={styles.overPicture}>
        <Progress txnId={txnId} />
      </span>
    </div>
  );
}

function Progress({ txnId }: { txnId: string }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const share = useSignal(useMessenger().outbox.progress).get(txnId);
  if (share === undefined) return null;
  return (
    <ProgressBar
      value={share * 100}
      aria-label={t("chat.sending")}
      valueLabel={percent(share, locale)}
      className={styles.progress}
    >
      {({ valueText }) => valueText}
    </ProgressBar>
  );
}

function Waiting({ item }: { item: OutboxItem }) {
  const { t } = useTranslation();
  const { outbox } = useMessenger();
  return (
    <span className={styles.waiting}>
      {item.draft.kind !== "text" && isCancellable(item) && (
        <Button look="plain" onPress={() => void outbox.cancel(item.txnId)}>
          {t("chat.cancel")}
        </Button>
      )}
      <span role="img" aria-label={t("chat.sending")}>
        <ClockClockwise aria-hidden size="1.125em" />
      </span>
    </span>
  );
}

function Refused({ item }: { item: OutboxItem }) {
  const { t } = useTranslation();
  const { outbox } = useMessenger();
  return (
    <span className={styles.refused}>
      <span className={styles.problem}>
        <WarningCircle weight="fill" aria-hidden size="1.25em" />
        {refusalText(t, item)}
      </span>
      <Button look="plain" onPress={() => void outbox.retry(item.txnId)}>
        {t("chat.retry")}
      </Button>
      <Button look="danger" onPress={() => void outbox.discard(item.txnId)}>
        {t("chat.discard")}
      </Button>
    </span>
  );
}
