import { useTranslation } from "react-i18next";
import { useLocale } from "@/features/account/messenger";
import { fileSize } from "@/kit/format";
import { useLast } from "@/kit/useLast";
import { useObjectUrl } from "@/kit/useObjectUrl";
import { Button } from "@/ui/Button";
import { Sheet } from "@/ui/Sheet";
import { draftOfFile } from "./draftOfFile";
import { FileCard } from "./FileCard";
import styles from "./SendSheet.module.css";

interface Props {
  /** Whoever gets it: a person or a group. */
  to: string;
  /** Null when there is nothing to ask about. */
  files: readonly File[] | null;
  onSend: (files: readonly File[]) => void;
  onClose: () => void;
}

/** What was pasted or dropped, to be looked at before it goes. */
export function SendSheet({ to, files, onSend, onClose }: Props) {
  const { t } = useTranslation();
  const shown = useLast(files) ?? [];
  return (
    <Sheet
      title={t("chat.sendTo", { name: to })}
      closeLabel={t("common.cancel")}
      isOpen={files !== null}
      onClose={onClose}
    >
      <ul className={styles.files} data-one={shown.length === 1 || undefined}>
        {shown.map((file, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: they stay as they came
          <li key={index} className={styles.file} data-kind={draftOfFile(file).kind}>
            <Preview file={file} />
          </li>
        ))}
      </ul>
      <Button wide autoFocus onPress={() => files && onSend(files)}>
        {t("chat.send")}
      </Button>
      <Button wide look="plain" onPress={onClose}>
        {t("common.cancel")}
      </Button>
    </Sheet>
  );
}

function Preview({ file }: { file: File }) {
  const locale = useLocale();
  const isPicture = draftOfFile(file).kind === "picture";
  const src = useObjectUrl(isPicture ? file : undefined);
  if (isPicture) return src && <img src={src} alt={file.name} />;
  return <FileCard name={file.name}>{fileSize(file.size, locale)}</FileCard>;
}
