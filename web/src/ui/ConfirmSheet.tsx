import type { ReactNode } from "react";
import { Button } from "./Button";
import { Sheet } from "./Sheet";

interface Props {
  title: string;
  children?: ReactNode;
  submit: string;
  cancel: string;
  danger?: boolean;
  isOpen: boolean;
  isDisabled?: boolean;
  isPending?: boolean;
  problem?: string | null;
  onSubmit: () => void;
  onClose: () => void;
}

/** A question before something that can't be undone. */
export function ConfirmSheet({
  title,
  children,
  submit,
  cancel,
  danger,
  isOpen,
  isDisabled,
  isPending,
  problem,
  onSubmit,
  onClose,
}: Props) {
  return (
    <Sheet title={title} closeLabel={cancel} isOpen={isOpen} onClose={onClose} role="alertdialog">
      {children}
      {problem && <p role="alert">{problem}</p>}
      <Button
        wide
        look={danger ? "warn" : "primary"}
        isDisabled={isDisabled}
        isPending={isPending}
        onPress={onSubmit}
      >
        {submit}
      </Button>
      <Button wide look="plain" onPress={onClose}>
        {cancel}
      </Button>
    </Sheet>
  );
}
