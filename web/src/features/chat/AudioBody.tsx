import { Pause, Play } from "@phosphor-icons/react";
import { useState } from "react";
import { Slider, SliderThumb, SliderTrack } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { useLocale } from "@/features/account/messenger";
import { playTime } from "@/kit/format";
import type { MessageBody } from "@/matrix/messageBody";
import { IconButton } from "@/ui/IconButton";
import styles from "./AudioBody.module.css";
import { useAttachment } from "./useAttachment";
import { type Player, usePlayer } from "./usePlayer";

interface Props {
  audio: Extract<MessageBody, { kind: "audio" }>;
  onUnplayable: () => void;
}

/** Played where it stands; fetched and decrypted when it is asked for. */
export function AudioBody({ audio, onUnplayable }: Props) {
  const { t } = useTranslation();
  const [wanted, setWanted] = useState(false);
  const whole = useAttachment(audio.file, wanted);
  const player = usePlayer(audio.durationMs);
  const press = () => {
    if (whole.failed) whole.retry();
    else if (whole.src) player.toggle();
    else setWanted(true);
  };
  return (
    <div className={styles.player}>
      <IconButton
        label={t(player.playing ? "chat.pause" : "chat.play", { name: audio.file.name })}
        look="primary"
        isPending={whole.loading}
        onPress={press}
      >
        {player.playing ? <Pause weight="fill" /> : <Play weight="fill" />}
      </IconButton>
      <div className={styles.words}>
        <p className={styles.name}>{audio.file.name}</p>
        <Place player={player} ready={!!whole.src} />
        <Time player={player} loading={whole.loading} failed={whole.failed} />
      </div>
      {whole.src && (
        <audio
          ref={player.ref}
          src={whole.src}
          autoPlay
          onError={onUnplayable}
          {...player.events}
        />
      )}
    </div>
  );
}

function Place({ player, ready }: { player: Player; ready: boolean }) {
  const { t } = useTranslation();
  const share = player.lengthMs ? player.atMs / player.lengthMs : 0;
  return (
    <Slider
      className={styles.slider}
      aria-label={t("chat.place")}
      value={player.atMs}
      maxValue={Math.max(player.lengthMs, 1)}
      step={100}
      isDisabled={!ready}
      onChange={player.goTo}
    >
      <SliderTrack className={styles.track}>
        <span className={styles.played} style={{ width: `${share * 100}%` }} />
        <SliderThumb className={styles.thumb} />
      </SliderTrack>
    </Slider>
  );
}

function Time({ player, loading, failed }: { player: Player; loading: boolean; failed: boolean }) {
  const { t } = useTranslation();
  const locale = useLocale();
  if (failed) return <p className={styles.time}>{t("chat.downloadFailed")}</p>;
  if (loading) return <p className={styles.time}>{t("common.loading")}</p>;
  const length = player.lengthMs > 0 && playTime(player.lengthMs, locale);
  const at = player.atMs > 0 && playTime(player.atMs, locale);
  return <p className={styles.time}>{[at, length].filter(Boolean).join(" / ")}</p>;
}
