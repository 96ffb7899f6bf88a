import { X } from "@phosphor-icons/react";
import type { ReactNode } from "react";
import { Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { IconButton } from "./IconButton";
import styles from "./Sheet.module.css";

interface Props {
  title: string;
  closeLabel: string;
  isOpen: boolean;
  onClose: () => void;
  children: ReactNode;
  role?: "dialog" | "alertdialog";
}

/** A sheet from below on a phone, a card in the middle on a desktop. */
export function Sheet({ title, closeLabel, isOpen, onClose, children, role = "dialog" }: Props) {
  return (
    <ModalOverlay
      className={styles.veil}
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose()}
      isDismissable
    >
      <Modal className={styles.sheet}>
        <Dialog className={styles.dialog} role={role}>
          <div className={styles.top}>
            <Heading slot="title" className={styles.title}>
              {title}
            </Heading>
            <IconButton label={closeLabel} onPress={onClose}>
              <X />
            </IconButton>
          </div>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
