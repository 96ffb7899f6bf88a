import { type DragEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMessenger } from "@/features/account/messenger";
import styles from "./DropZone.module.css";
import { draftOfFile } from "./draftOfFile";

/** Files that are dropped on a conversation are sent there. */
export function DropZone({ roomId, children }: { roomId: string; children: ReactNode }) {
  const { t } = useTranslation();
  const { outbox } = useMessenger();
  const [over, setOver] = useState(false);
  const drag = (event: DragEvent) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    setOver(true);
  };
  const drop = async (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    for (const file of [...event.dataTransfer.files]) await outbox.send(roomId, draftOfFile(file));
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the same is done with the button beside the field
    <div className={styles.zone} onDragOver={drag} onDragLeave={() => setOver(false)} onDrop={(e) => void drop(e)}>
      {children}
      {over && <p className={styles.over}>{t("chat.dropHere")}</p>}
    </div>
  );
}
