import { Dialog, Modal, ModalOverlay } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { useSignal } from "@/kit/signal";
import styles from "./Finder.module.css";
import { closeFinder, finderOpen, useFinderKeys } from "./opening";
import { Palette } from "./Palette";

/** Anyone and anything by name: Ctrl-K or Cmd-K, or the field above the lists. */
export function Finder() {
  const { t } = useTranslation();
  useFinderKeys();
  return (
    <ModalOverlay
      className={styles.veil}
      isOpen={useSignal(finderOpen)}
      onOpenChange={finderOpen.set}
      isDismissable
    >
      <Modal className={styles.palette}>
        <Dialog className={styles.dialog} aria-label={t("finder.title")}>
          <Palette onDone={closeFinder} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
