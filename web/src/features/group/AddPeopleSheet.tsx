import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { problemText } from "@/features/account/problemText";
import { MemberPicker } from "@/features/newchat/MemberPicker";
import type { Group, GroupView } from "@/matrix/group";
import type { Person } from "@/matrix/timeline/message";
import { Button } from "@/ui/Button";
import { Sheet } from "@/ui/Sheet";
import styles from "./AddPeopleSheet.module.css";

interface Props {
  group: Group;
  view: GroupView;
  isOpen: boolean;
  onClose: () => void;
}

export function AddPeopleSheet({ group, view, isOpen, onClose }: Props) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<Person[]>([]);
  const add = useMutation({
    mutationFn: async () => {
      // Who was asked goes from the choice at once: another try asks only the rest.
      for (const { userId } of chosen) {
        await group.invite(userId);
        setChosen((left) => left.filter((person) => person.userId !== userId));
      }
    },
    onSuccess: onClose,
  });
  return (
    <Sheet title={t("group.add")} closeLabel={t("common.cancel")} isOpen={isOpen} onClose={onClose}>
      <div className={styles.edgeToEdge}>
        <MemberPicker
          chosen={chosen}
          onChange={setChosen}
          without={view.members.map((member) => member.userId)}
          problem={add.error && problemText(t, add.error)}
        />
      </div>
      <Button
        wide
        isDisabled={chosen.length === 0}
        isPending={add.isPending}
        onPress={() => add.mutate()}
      >
        {t("group.add")}
      </Button>
    </Sheet>
  );
}
