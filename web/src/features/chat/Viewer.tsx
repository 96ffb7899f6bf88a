import { DownloadSimple, X } from "@phosphor-icons/react";
import { useQuery } from "@tanstack/react-query";
import { Dialog, Modal, ModalOverlay } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { useObjectUrl } from "@/features/account/Face";
import { useMessenger } from "@/features/account/messenger";
import { saveFile } from "@/kit/saveFile";
import type { MessageBody } from "@/matrix/messageBody";
import { IconButton } from "@/ui/IconButton";
import { ErrorState } from "@/ui/Placeholders";
import styles from "./Viewer.module.css";

interface Props {
  picture: Extract<MessageBody, { kind: "picture" }>;
  from: string;
  onClose: () => void;
}

/** The whole picture, alone. A tap on the dark closes it. */
export function Viewer({ picture, from, onClose }: Props) {
  const { t } = useTranslation();
  const { media } = useMessenger();
  const { data, error, refetch } = useQuery({
    queryKey: ["media", picture.file.mxc],
    queryFn: () => media.open(picture.file),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const src = useObjectUrl(data);
  const label = t("chat.pictureOf", { name: from });
  return (
    <ModalOverlay
      className={styles.veil}
      isOpen
      onOpenChange={(open) => !open && onClose()}
      isDismissable
    >
      <Modal className={styles.modal}>
        <Dialog className={styles.dialog} aria-label={label}>
          <div className={styles.bar}>
            <IconButton label={t("common.close")} onPress={onClose}>
              <X />
            </IconButton>
            <IconButton
              label={t("chat.downloadOf", { name: picture.file.name })}
              isDisabled={!data}
              onPress={() => data && saveFile(data, picture.file.name)}
            >
              <DownloadSimple />
            </IconButton>
          </div>
          {src && (
            <img className={styles.picture} src={src} alt={label} data-testid="viewer-picture" />
          )}
          {error && (
            <ErrorState
              text={t("chat.pictureFailed")}
              retry={t("common.retry")}
              onRetry={() => void refetch()}
            />
          )}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
