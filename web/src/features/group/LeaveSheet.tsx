import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { problemText } from "@/features/account/problemText";
import type { Group } from "@/matrix/group";
import { ConfirmSheet } from "@/ui/ConfirmSheet";

interface Props {
  group: Group;
  alone: boolean;
  isOpen: boolean;
  onClose: () => void;
}

export function LeaveSheet({ group, alone, isOpen, onClose }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const leave = useMutation({
    mutationFn: () => group.leave(),
    onSuccess: () => navigate({ to: "/chats" }),
  });
  return (
    <ConfirmSheet
      title={t(alone ? "group.deleteTitle" : "group.leaveTitle")}
      submit={t(alone ? "group.deleteSubmit" : "group.leaveSubmit")}
      cancel={t("common.cancel")}
      danger
      isOpen={isOpen}
      isPending={leave.isPending}
      problem={leave.error && problemText(t, leave.error)}
      onSubmit={() => leave.mutate()}
      onClose={onClose}
    >
      <p>{t(alone ? "group.deleteWhy" : "group.leaveWhy")}</p>
    </ConfirmSheet>
  );
}
