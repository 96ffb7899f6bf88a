import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { problemText } from "@/features/account/problemText";
import type { Group } from "@/matrix/group";
import { Button } from "@/ui/Button";
import { Sheet } from "@/ui/Sheet";
import { TextField } from "@/ui/TextField";

interface Props {
  group: Group;
  name: string;
  isOpen: boolean;
  onClose: () => void;
}

export function RenameSheet({ group, name, isOpen, onClose }: Props) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(name);
  const rename = useMutation({ mutationFn: () => group.rename(typed.trim()), onSuccess: onClose });
  return (
    <Sheet
      title={t("group.renameTitle")}
      closeLabel={t("common.cancel")}
      isOpen={isOpen}
      onClose={onClose}
    >
      <TextField
        label={t("group.rename")}
        problem={rename.error && problemText(t, rename.error)}
        value={typed}
        onChange={setTyped}
        maxLength={60}
        autoFocus
      />
      <Button
        wide
        isDisabled={!typed.trim()}
        isPending={rename.isPending}
        onPress={() => rename.mutate()}
      >
        {t("common.save")}
      </Button>
    </Sheet>
  );
}
