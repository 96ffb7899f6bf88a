import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { problemText } from "@/features/account/problemText";
import type { Group } from "@/matrix/group";
import { Button } from "@/ui/Button";
import { Form } from "@/ui/Form";
import { Sheet } from "@/ui/Sheet";
import { TextField } from "@/ui/TextField";
import styles from "./RenameSheet.module.css";

interface Props {
  group: Group;
  name: string;
  isOpen: boolean;
  onClose: () => void;
}

export function RenameSheet({ isOpen, ...form }: Props) {
  const { t } = useTranslation();
  return (
    <Sheet
      title={t("group.renameTitle")}
      closeLabel={t("common.cancel")}
      isOpen={isOpen}
      onClose={form.onClose}
    >
      <NameForm {...form} />
    </Sheet>
  );
}

function NameForm({ group, name, onClose }: Omit<Props, "isOpen">) {
  const { t } = useTranslation();
  // Null until something is typed: somebody else may rename it meanwhile.
  const [edited, setEdited] = useState<string | null>(null);
  const typed = edited ?? name;
  const rename = useMutation({ mutationFn: () => group.rename(typed.trim()), onSuccess: onClose });
  return (
    <Form onSubmit={() => typed.trim() && !rename.isPending && rename.mutate()}>
      <div className={styles.fields}>
        <TextField
          label={t("group.rename")}
          problem={rename.error && problemText(t, rename.error)}
          value={typed}
          onChange={setEdited}
          maxLength={60}
          autoFocus
        />
        <Button type="submit" wide isDisabled={!typed.trim()} isPending={rename.isPending}>
          {t("common.save")}
        </Button>
      </div>
    </Form>
  );
}
