import { Pause, Play } from "@phosphor-icons/react";
import { useEffect, useRef } from "react";
import { Slider, SliderThumb, SliderTrack } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { useLocale } from "@/features/account/messenger";
import { playTime } from "@/kit/format";
import { useSignal } from "@/kit/signal";
import type { MessageBody } from "@/matrix/messageBody";
import { IconButton } from "@/ui/IconButton";
import styles from "./AudioBody.module.css";
import { useChatDesk } from "./chatDesk";
import { type Now, useListening } from "./listening";
import { useAttachment } from "./useAttachment";

interface Props {
  audio: Extract<MessageBody, { kind: "audio" }>;
  /** The key of its message. */
  of: string;
  onUnplayable: () => void;
}

/** Played where it stands; fetched and decrypted when it is asked for. */
export function AudioBody({ audio: { file, durationMs }, of, onUnplayable }: Props) {
  const { t } = useTranslation();
  const listening = useListening();
  const { roomId } = useChatDesk().conversation;
  const current = useSignal(listening.now);
  const now = current?.recording.key === of ? current : null;
  const whole = useAttachment(file, now !== null);
  const place = useInSight(now !== null, of);
  useEffect(() => {
    if (!now?.broken) return;
    listening.stop();
    onUnplayable();
  }, [now?.broken, listening, onUnplayable]);
  const press = () => {
    if (!now) listening.start({ key: of, roomId, file, durationMs });
    else if (whole.failed) whole.retry();
    else listening.toggle();
  };
  return (
    <div ref={place} className={styles.player}>
      <IconButton
        label={t(now?.playing ? "chat.pause" : "chat.play", { name: file.name })}
        look="primary"
        isPending={whole.loading}
        onPress={press}
      >
        {now?.playing ? <Pause weight="fill" /> : <Play weight="fill" />}
      </IconButton>
      <div className={styles.words}>
        <p className={styles.name}>{file.name}</p>
        <Place now={now} ready={!!whole.src} />
        <Time now={now} durationMs={durationMs} loading={whole.loading} failed={whole.failed} />
      </div>
    </div>
  );
}

/** Tells whether the buttons of what is listened to are on the screen. */
function useInSight(isCurrent: boolean, key: string) {
  const listening = useListening();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!isCurrent || !place.current) return;
    const watch = new IntersectionObserver((seen) =>
      listening.note(key, { inSight: seen.at(-1)?.isIntersecting === true }),
    );
    watch.observe(place.current);
    return () => {
      watch.disconnect();
      listening.note(key, { inSight: false });
    };
  }, [listening, isCurrent, key]);
  return place;
}

function Place({ now, ready }: { now: Now | null; ready: boolean }) {
  const { t } = useTranslation();
  const listening = useListening();
  const { atMs, lengthMs } = now ?? { atMs: 0, lengthMs: 0 };
  const share = lengthMs ? Math.min(atMs / lengthMs, 1) : 0;
  return (
    <Slider
      className={styles.slider}
      aria-label={t("chat.place")}
      value={Math.min(atMs, lengthMs)}
      maxValue={Math.max(lengthMs, 1)}
      step={100}
      isDisabled={!ready}
      onChange={(ms) => listening.goTo(ms)}
    >
      <SliderTrack className={styles.track}>
        <span className={styles.played} style={{ width: `${share * 100}%` }} />
        <SliderThumb className={styles.thumb} />
      </SliderTrack>
    </Slider>
  );
}

interface TimeProps {
  now: Now | null;
  durationMs: number;
  loading: boolean;
  failed: boolean;
}

function Time({ now, durationMs, loading, failed }: TimeProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  if (failed) return <p className={styles.time}>{t("chat.downloadFailed")}</p>;
  if (loading) return <p className={styles.time}>{t("common.loading")}</p>;
  const { atMs, lengthMs } = now ?? { atMs: 0, lengthMs: durationMs };
  const length = lengthMs > 0 && playTime(lengthMs, locale);
  const at = atMs > 0 && playTime(Math.min(atMs, lengthMs), locale);
  return <p className={styles.time}>{[at, length].filter(Boolean).join(" / ")}</p>;
}
