import {
  DownloadSimple,
  MagnifyingGlassMinus,
  MagnifyingGlassPlus,
  X,
} from "@phosphor-icons/react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Dialog, Modal, ModalOverlay } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { useMessenger } from "@/features/account/messenger";
import { saveFile } from "@/kit/saveFile";
import { useObjectUrl } from "@/kit/useObjectUrl";
import type { MediaPlace, MessageBody } from "@/matrix/messageBody";
import { IconButton } from "@/ui/IconButton";
import { ErrorState } from "@/ui/Placeholders";
import { useZoom } from "./useZoom";
import styles from "./Viewer.module.css";
import { STEP } from "./zoom";

interface Props {
  picture: Extract<MessageBody, { kind: "picture" }>;
  from: string;
  onClose: () => void;
}

/** The whole picture, alone, as close as one likes. A tap beside it closes it. */
export function Viewer({ picture, from, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <ModalOverlay className={styles.veil} isOpen onOpenChange={(open) => !open && onClose()}>
      <Modal className={styles.modal}>
        <Dialog className={styles.dialog} aria-label={t("chat.pictureOf", { name: from })}>
          <Inside picture={picture} from={from} onClose={onClose} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function Inside({ picture, from, onClose }: Props) {
  const { t } = useTranslation();
  const small = useBytes(picture.thumbnail);
  const whole = useBytes(picture.file);
  const src = useObjectUrl(whole.data);
  const smallSrc = useObjectUrl(small.data);
  const [natural, setNatural] = useState({ width: picture.width, height: picture.height });
  const zoom = useZoom(natural, onClose);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the buttons do the same as the keys
    <div className={styles.inside} onKeyDown={zoom.onKeyDown}>
      <div className={styles.bar}>
        {/* With the focus in here the keys are heard from the beginning. */}
        <IconButton label={t("common.close")} autoFocus onPress={onClose}>
          <X />
        </IconButton>
        <span className={styles.tools}>
          <IconButton
            label={t("chat.smaller")}
            isDisabled={zoom.scale === 1}
            onPress={() => zoom.zoom(1 / STEP)}
          >
            <MagnifyingGlassMinus />
          </IconButton>
          <IconButton label={t("chat.larger")} onPress={() => zoom.zoom(STEP)}>
            <MagnifyingGlassPlus />
          </IconButton>
          <IconButton
            label={t("chat.downloadOf", { name: picture.file.name })}
            isDisabled={!whole.data}
            onPress={() => whole.data && saveFile(whole.data, picture.file.name)}
          >
            <DownloadSimple />
          </IconButton>
        </span>
      </div>
      <div
        ref={zoom.stage}
        className={styles.stage}
        data-close={zoom.scale > 1 || undefined}
        {...zoom.gestures}
      >
        {(src ?? smallSrc) && (
          <img
            className={styles.picture}
            style={zoom.style}
            src={src ?? smallSrc ?? ""}
            alt={t("chat.pictureOf", { name: from })}
            draggable={false}
            onLoad={({ currentTarget: { naturalWidth: width, naturalHeight: height } }) => {
              if (src || !natural.width) setNatural({ width, height });
            }}
            data-testid={src ? "viewer-picture" : "viewer-thumbnail"}
          />
        )}
      </div>
      {whole.error && (
        <div className={styles.failed}>
          <ErrorState
            text={t("chat.pictureFailed")}
            retry={t("common.retry")}
            onRetry={() => void whole.refetch()}
          />
        </div>
      )}
    </div>
  );
}

function useBytes(place: MediaPlace) {
  const { media } = useMessenger();
  return useQuery({
    queryKey: ["media", place.mxc],
    queryFn: () => media.open(place),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
