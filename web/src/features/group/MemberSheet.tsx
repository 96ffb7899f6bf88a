import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Face } from "@/features/account/Face";
import { useMessenger } from "@/features/account/messenger";
import { problemText } from "@/features/account/problemText";
import { useLast } from "@/kit/useLast";
import type { Group, Member } from "@/matrix/group";
import { Button } from "@/ui/Button";
import { Sheet } from "@/ui/Sheet";
import styles from "./MemberSheet.module.css";

interface Props {
  group: Group;
  /** Null when nobody was pressed. */
  member: Member | null;
  onClose: () => void;
}

/** Somebody of the group: to write to, and what those may do who look after it. */
export function MemberSheet({ group, member, onClose }: Props) {
  const { t } = useTranslation();
  const shown = useLast(member);
  return (
    <Sheet
      title={shown?.name ?? ""}
      closeLabel={t("common.close")}
      isOpen={member !== null}
      onClose={onClose}
    >
      {shown && <About group={group} member={shown} onClose={onClose} />}
    </Sheet>
  );
}

type Question = "owner" | "remove";

function About({ group, member, onClose }: Props & { member: Member }) {
  const { t } = useTranslation();
  const { people } = useMessenger();
  const navigate = useNavigate();
  const [asked, ask] = useState<Question | null>(null);
  const { userId, name } = member;
  const write = useMutation({
    mutationFn: () => people.chatWith(userId),
    onSuccess: (roomId) => navigate({ to: "/chats/$roomId", params: { roomId } }),
  });
  const change = useMutation({
    mutationFn: () => (asked === "owner" ? group.makeOwner(userId) : group.remove(userId)),
    onSuccess: onClose,
  });
  const problem = write.error ?? change.error;
  return (
    <>
      <div className={styles.person}>
        <Face id={userId} name={name} mxc={member.face} size="large" />
        <p className={styles.id}>{userId}</p>
      </div>
      {problem && <p role="alert">{problemText(t, problem)}</p>}
      {asked === null && (
        <>
          <Button wide isPending={write.isPending} onPress={() => write.mutate()}>
            {t("contacts.message")}
          </Button>
          {member.promotable && (
            <Button wide look="soft" onPress={() => ask("owner")}>
              {t("group.makeOwner")}
            </Button>
          )}
          {member.removable && (
            <Button wide look="danger" onPress={() => ask("remove")}>
              {t("group.remove")}
            </Button>
          )}
        </>
      )}
      {asked && (
        <>
          <p>{t(asked === "owner" ? "group.makeOwnerWhy" : "group.removeTitle", { name })}</p>
          <Button
            wide
            autoFocus
            look={asked === "owner" ? "primary" : "warn"}
            isPending={change.isPending}
            onPress={() => change.mutate()}
          >
            {t(asked === "owner" ? "group.makeOwner" : "group.removeSubmit")}
          </Button>
          <Button wide look="plain" onPress={() => ask(null)}>
            {t("common.cancel")}
          </Button>
        </>
      )}
    </>
  );
}
