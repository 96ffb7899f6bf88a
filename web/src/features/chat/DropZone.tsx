import { type DragEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import styles from "./DropZone.module.css";

interface Props {
  onFiles: (files: File[]) => void;
  children: ReactNode;
}

const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes("Files");

/** Takes files that are dropped on a conversation; words go where they are dropped. */
export function DropZone({ onFiles, children }: Props) {
  const { t } = useTranslation();
  const [over, setOver] = useState(false);
  const drag = (event: DragEvent) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    setOver(true);
  };
  const leave = (event: DragEvent) => {
    const to = event.relatedTarget;
    if (!(to instanceof Node && event.currentTarget.contains(to))) setOver(false);
  };
  const drop = (event: DragEvent) => {
    setOver(false);
    if (!hasFiles(event)) return;
    event.preventDefault();
    onFiles([...event.dataTransfer.files]);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the same is done with the button beside the field
    <div className={styles.zone} onDragOver={drag} onDragLeave={leave} onDrop={drop}>
      {children}
      {over && <p className={styles.over}>{t("chat.dropHere")}</p>}
    </div>
  );
}
