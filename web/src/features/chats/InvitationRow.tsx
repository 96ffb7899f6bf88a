import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Face } from "@/features/account/Face";
import { useMessenger } from "@/features/account/messenger";
import { problemText } from "@/features/account/problemText";
import type { Chat } from "@/matrix/chatList";
import { Button } from "@/ui/Button";
import { RowBody, rowClass } from "@/ui/ListRow";
import styles from "./ChatRow.module.css";

/** Somebody would like to chat, or invites to a group: yes or no, right in the list. */
export function InvitationRow({ chat }: { chat: Chat }) {
  const { t } = useTranslation();
  const { people } = useMessenger();
  const navigate = useNavigate();
  const accept = useMutation({
    mutationFn: () => people.acceptInvitation(chat),
    onSuccess: () => navigate({ to: "/chats/$roomId", params: { roomId: chat.roomId } }),
  });
  const decline = useMutation({ mutationFn: () => people.declineInvitation(chat) });
  const name = chat.invitation?.from ?? chat.name;
  const problem = accept.error ?? decline.error;
  return (
    <div className={`${rowClass} ${styles.invitation}`}>
      <RowBody
        lead={<Face id={chat.partner ?? chat.roomId} name={chat.name} mxc={chat.face} />}
        title={chat.name}
        second={chat.invitation?.fromId}
      />
      <p className={styles.asks} role={problem ? "alert" : undefined}>
        {problem
          ? problemText(t, problem)
          : t(chat.partner ? "chats.invitedBy" : "chats.invitedToGroup", { name })}
      </p>
      <div className={styles.choice}>
        <Button look="soft" isPending={accept.isPending} onPress={() => accept.mutate()}>
          {t("chats.accept")}
        </Button>
        <Button look="plain" isPending={decline.isPending} onPress={() => decline.mutate()}>
          {t("chats.decline")}
        </Button>
      </div>
    </div>
  );
}
