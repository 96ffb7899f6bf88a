import { memo } from "react";
import { useTranslation } from "react-i18next";
import { useLocale } from "@/features/account/messenger";
import { dayLine } from "@/kit/format";
import type { Message } from "@/matrix/timeline/message";
import { useChatDesk } from "./chatDesk";
import { MessageView } from "./MessageView";
import { noticeText } from "./noticeText";
import { OutgoingView } from "./OutgoingView";
import { RecalledLine } from "./RecalledLine";
import styles from "./RowView.module.css";
import type { Row } from "./rows";

/** Scrolling moves rows; what they say is made anew only when it changes. */
export const RowView = memo(function RowView({ row, group }: { row: Row; group: boolean }) {
  const { t } = useTranslation();
  const locale = useLocale();
  switch (row.kind) {
    case "start":
      return <Beginning />;
    case "day":
      return (
        <h2 className={styles.day}>
          <time>{dayLine(row.timeMs, Date.now(), locale)}</time>
        </h2>
      );
    case "new":
      return (
        <p className={styles.fresh} data-testid="new-divider">
          <span>{t("chat.newMessages")}</span>
        </p>
      );
    case "message":
      return <AnyMessage message={row.message} first={row.first} last={row.last} group={group} />;
  }
});

function Beginning() {
  const { t } = useTranslation();
  const { isEncrypted } = useChatDesk().conversation;
  return <p className={styles.quiet}>{t(isEncrypted ? "chat.beginning" : "chat.beginningOpen")}</p>;
}

interface Props {
  message: Message;
  first: boolean;
  last: boolean;
  group: boolean;
}

function AnyMessage({ message, ...place }: Props) {
  const { t } = useTranslation();
  const locale = useLocale();
  if (message.kind === "notice")
    return <p className={styles.quiet}>{noticeText(t, locale, message.notice)}</p>;
  if (message.kind === "recalled") return <RecalledLine message={message} />;
  if (message.kind === "outgoing") return <OutgoingView message={message} {...place} />;
  return <MessageView message={message} {...place} />;
}
