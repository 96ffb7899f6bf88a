import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useLocale, useMessenger } from "@/features/account/messenger";
import { fileSize } from "@/kit/format";
import { draftOfFile } from "./draftOfFile";

export type SendFiles = (files: Iterable<File>, as?: "file") => void;

/** Sends files one after the other; what the server would not take is told, not tried. */
export function useSendFiles(roomId: string, tell: (problem: string | null) => void): SendFiles {
  const { t } = useTranslation();
  const locale = useLocale();
  const { media, outbox } = useMessenger();
  const send = useCallback(
    async (files: File[], as?: "file") => {
      const limit = (await media.limitBytes()) ?? Number.POSITIVE_INFINITY;
      const tooLarge = files.some((file) => file.size > limit);
      tell(tooLarge ? t("chat.tooLarge", { size: fileSize(limit, locale) }) : null);
      try {
        for (const file of files.filter((one) => one.size <= limit))
          await outbox.send(roomId, draftOfFile(file, as));
      } catch {
        tell(t("chat.unkeptFile"));
      }
    },
    [media, outbox, roomId, tell, t, locale],
  );
  return (files, as) => void send([...files], as);
}
