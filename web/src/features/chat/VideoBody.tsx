import { Play } from "@phosphor-icons/react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { useLocale, useMessenger } from "@/features/account/messenger";
import { playTime } from "@/kit/format";
import { useObjectUrl } from "@/kit/useObjectUrl";
import type { MessageBody } from "@/matrix/messageBody";
import { pictureSize } from "./estimateRow";
import { aloneIn } from "./playback";
import { useAttachment } from "./useAttachment";
import styles from "./VideoBody.module.css";

type Video = Extract<MessageBody, { kind: "video" }>;

interface Props {
  video: Video;
  from: string;
  onUnplayable: () => void;
}

/** A picture of the video; the video itself is fetched and decrypted when it is asked for. */
export function VideoBody({ video, from, onUnplayable }: Props) {
  const { t } = useTranslation();
  const [wanted, setWanted] = useState(false);
  const whole = useAttachment(video.file, wanted);
  const { width, height } = pictureSize(video.width, video.height);
  const play = () => (whole.failed ? whole.retry() : setWanted(true));
  return (
    <div className={styles.frame} style={{ width, aspectRatio: `${width} / ${height}` }}>
      {whole.src ? (
        // biome-ignore lint/a11y/useMediaCaption: what people send each other has no captions
        <video
          src={whole.src}
          controls
          autoPlay
          playsInline
          onPlay={aloneIn}
          onError={onUnplayable}
          aria-label={t("chat.videoOf", { name: from })}
        />
      ) : (
        <Button
          className={styles.start}
          onPress={play}
          isPending={whole.loading}
          aria-label={t("chat.playVideoOf", { name: from })}
        >
          <Poster video={video} />
          <Sign loading={whole.loading} failed={whole.failed} durationMs={video.durationMs} />
        </Button>
      )}
    </div>
  );
}

function Poster({ video: { poster } }: { video: Video }) {
  const { media } = useMessenger();
  const { data } = useQuery({
    queryKey: ["media", poster?.mxc],
    queryFn: () => media.open(poster ?? { mxc: "" }),
    enabled: poster !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const src = useObjectUrl(data);
  return src ? <img src={src} alt="" draggable={false} data-testid="poster" /> : null;
}

interface SignProps {
  loading: boolean;
  failed: boolean;
  durationMs: number;
}

function Sign({ loading, failed, durationMs }: SignProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  return (
    <>
      <span className={styles.play}>
        <Play weight="fill" aria-hidden />
      </span>
      {failed && <span className={styles.problem}>{t("chat.downloadFailed")}</span>}
      {loading && <span className={styles.length}>{t("common.loading")}</span>}
      {!loading && !failed && durationMs > 0 && (
        <span className={styles.length}>{playTime(durationMs, locale)}</span>
      )}
    </>
  );
}
