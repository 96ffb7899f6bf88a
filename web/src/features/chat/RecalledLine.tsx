import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMessenger } from "@/features/account/messenger";
import type { Message } from "@/matrix/timeline/message";
import { Button } from "@/ui/Button";
import { useChatDesk } from "./chatDesk";
import styles from "./RowView.module.css";
import { recalledText } from "./recalledText";

type Recalled = Extract<Message, { kind: "recalled" }>;

export function RecalledLine({ message }: { message: Recalled }) {
  const { t } = useTranslation();
  const { session } = useMessenger();
  const { writeAgain } = useChatDesk();
  const again = useAgain(message.eventId);
  return (
    <div className={styles.recalled}>
      <p className={styles.quiet}>{recalledText(t, message, session.userId)}</p>
      {again && (
        <Button look="plain" onPress={() => writeAgain(again.text)}>
          {t("chat.editAgain")}
        </Button>
      )}
    </div>
  );
}

/** The words that can still be written again; goes when their time is over. */
function useAgain(eventId: string) {
  const { recalledWords } = useChatDesk().conversation;
  const [now, setNow] = useState(() => Date.now());
  const again = recalledWords.of(eventId, now);
  const untilMs = again?.untilMs;
  useEffect(() => {
    if (!untilMs) return;
    const timer = setTimeout(() => setNow(Date.now()), untilMs - Date.now());
    return () => clearTimeout(timer);
  }, [untilMs]);
  return again;
}
