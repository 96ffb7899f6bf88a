import { type DragEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import styles from "./DropZone.module.css";
import type { SendFiles } from "./useSendFiles";

interface Props {
  onFiles: SendFiles;
  children: ReactNode;
}

/** Files that are dropped on a conversation are sent there. */
export function DropZone({ onFiles, children }: Props) {
  const { t } = useTranslation();
  const [over, setOver] = useState(false);
  const drag = (event: DragEvent) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    setOver(true);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    onFiles(event.dataTransfer.files);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the same is done with the button beside the field
    <div className={styles.zone} onDragOver={drag} onDragLeave={() => setOver(false)} onDrop={drop}>
      {children}
      {over && <p className={styles.over}>{t("chat.dropHere")}</p>}
    </div>
  );
}
