import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { problemText } from "@/features/account/problemText";
import type { Group, Member } from "@/matrix/group";
import { Choice } from "@/ui/Choice";
import { ConfirmSheet } from "@/ui/ConfirmSheet";
import styles from "./LeaveSheet.module.css";

interface Props {
  group: Group;
  /** To whom the only owner can hand the group; null when there is nothing to hand over. */
  heirs: readonly Member[] | null;
  alone: boolean;
  isOpen: boolean;
  onClose: () => void;
}

const NOBODY = "nobody";

export function LeaveSheet({ group, heirs, alone, isOpen, onClose }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [chosen, choose] = useState("");
  const leave = useMutation({
    mutationFn: async () => {
      if (heirs?.some(({ userId }) => userId === chosen)) await group.makeOwner(chosen);
      await group.leave();
    },
    onSuccess: () => navigate({ to: "/chats" }),
  });
  return (
    <ConfirmSheet
      title={t(alone ? "group.deleteTitle" : "group.leaveTitle")}
      submit={t(alone ? "group.deleteSubmit" : "group.leaveSubmit")}
      cancel={t("common.cancel")}
      danger
      isOpen={isOpen}
      isDisabled={heirs !== null && !alone && chosen === ""}
      isPending={leave.isPending}
      problem={leave.error && problemText(t, leave.error)}
      onSubmit={() => leave.mutate()}
      onClose={onClose}
    >
      <p>{t(alone ? "group.deleteWhy" : "group.leaveWhy")}</p>
      {heirs && !alone && (
        <div className={styles.heirs}>
          <Choice
            label={t("group.heir")}
            value={chosen}
            onChange={choose}
            options={[
              ...heirs.map(({ userId, name }) => ({ value: userId, text: name, hint: userId })),
              { value: NOBODY, text: t("group.noHeir"), hint: t("group.noHeirHint") },
            ]}
          />
        </div>
      )}
    </ConfirmSheet>
  );
}
