import { File as FileIcon } from "@phosphor-icons/react";
import type { ReactNode } from "react";
import styles from "./FileCard.module.css";

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
