import { useMutation } from "@tanstack/react-query";
import { Button } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { useLocale, useMessenger } from "@/features/account/messenger";
import { fileSize } from "@/kit/format";
import { saveFile } from "@/kit/saveFile";
import type { Attachment } from "@/matrix/messageBody";
import styles from "./FileBody.module.css";
import { FileCard } from "./FileCard";

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
  const label = t("chat.downloadOf", { name: file.name });
  const problem = fetch.error && t("chat.downloadFailed");
  return (
    <Button
      className={styles.button}
      onPress={() => fetch.mutate()}
      isPending={fetch.isPending}
      aria-label={problem ? `${label}: ${problem}` : label}
    >
      <FileCard name={file.name}>
        {problem || fileSize(file.sizeBytes, locale)}
        {unplayable && <span>{t("chat.unplayable")}</span>}
      </FileCard>
    </Button>
  );
}
