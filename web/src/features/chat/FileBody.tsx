import { File as FileIcon } from "@phosphor-icons/react";
import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Button } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { useLocale, useMessenger } from "@/features/account/messenger";
import { fileSize } from "@/kit/format";
import { saveFile } from "@/kit/saveFile";
import type { Attachment } from "@/matrix/messageBody";
import styles from "./FileBody.module.css";

interface Props {
  file: Attachment;
  /** It was sent to be played, and this browser does not know how. */
  unplayable?: boolean;
}

export function FileBody({ file, unplayable }: Props) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { media } = useMessenger();
  const fetch = useMutation({
    mutationFn: async () => saveFile(await media.open(file), file.name),
  });
  return (
    <Button
      className={styles.button}
      onPress={() => fetch.mutate()}
      isPending={fetch.isPending}
      aria-label={t("chat.downloadOf", { name: file.name })}
    >
      <FileCard name={file.name}>
        {fetch.error ? t("chat.downloadFailed") : fileSize(file.sizeBytes, locale)}
        {unplayable && <span>{t("chat.unplayable")}</span>}
      </FileCard>
    </Button>
  );
}

export function FileCard({ name, children }: { name: string; children: ReactNode }) {
  return (
    <span className={styles.card}>
      <FileIcon size="2rem" aria-hidden />
      <span className={styles.words}>
        <span className={styles.name}>{name}</span>
        <span className={styles.size}>{children}</span>
      </span>
    </span>
  );
}
