import { Pause, Play, X } from "@phosphor-icons/react";
import { Button } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { useLocale } from "@/features/account/messenger";
import { playTime } from "@/kit/format";
import { useSignal } from "@/kit/signal";
import { IconButton } from "@/ui/IconButton";
import styles from "./ListeningBar.module.css";
import { type Now, useListening } from "./listening";

interface Props {
  /** Where it is needed: where one does not see the message itself. */
  when: (now: Now) => boolean;
  /** Above a conversation it floats, so that nothing moves when it comes. */
  floats?: boolean;
  onShow: (now: Now) => void;
}

/** What is being listened to, to be paused, ended, or gone back to. */
export function ListeningBar({ when, floats, onShow }: Props) {
  const { t } = useTranslation();
  const locale = useLocale();
  const listening = useListening();
  const now = useSignal(listening.now);
  if (!now || !(now.playing || now.atMs > 0) || !when(now)) return null;
  const { name } = now.recording.file;
  const share = now.lengthMs ? Math.min(now.atMs / now.lengthMs, 1) : 0;
  return (
    <section
      className={styles.bar}
      data-floats={floats || undefined}
      aria-label={t("chat.listening")}
    >
      <IconButton
        label={t(now.playing ? "chat.pause" : "chat.play", { name })}
        onPress={() => listening.toggle()}
      >
        {now.playing ? <Pause weight="fill" /> : <Play weight="fill" />}
      </IconButton>
      <Button
        className={styles.show}
        onPress={() => onShow(now)}
        aria-label={t("chat.showRecording", { name })}
      >
        {name}
      </Button>
      <span className={styles.time}>
        {playTime(now.atMs, locale)} / {playTime(now.lengthMs, locale)}
      </span>
      <IconButton label={t("chat.stopListening")} onPress={listening.stop}>
        <X />
      </IconButton>
      <span className={styles.played} style={{ width: `${share * 100}%` }} />
    </section>
  );
}
