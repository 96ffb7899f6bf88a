import { UserMinus, UserPlus } from "@phosphor-icons/react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { Face } from "@/features/account/Face";
import { problemText } from "@/features/account/problemText";
import type { Group, GroupView, Member } from "@/matrix/group";
import { ConfirmSheet } from "@/ui/ConfirmSheet";
import { IconButton } from "@/ui/IconButton";
import { RowBody, rowClass } from "@/ui/ListRow";
import { LongList } from "@/ui/LongList";

interface Props {
  group: Group;
  view: GroupView;
  /** Null for who may not bring anybody in. */
  onAdd: (() => void) | null;
}

export function MemberRows({ group, view, onAdd }: Props) {
  const { t } = useTranslation();
  const [leaving, setLeaving] = useState<Member | null>(null);
  const remove = useMutation({
    mutationFn: (member: Member) => group.remove(member.userId),
    onSuccess: () => setLeaving(null),
  });
  return (
    <>
      {onAdd && (
        <Button className={rowClass} data-short data-inset="icon" onPress={onAdd}>
          <RowBody lead={<UserPlus />} title={t("group.add")} />
        </Button>
      )}
      <LongList label={t("newGroup.members")} items={view.members} keyOf={(one) => one.userId}>
        {(member) => (
          <div className={rowClass}>
            <MemberBody member={member} />
            {member.removable && (
              <IconButton
                label={t("group.remove", { name: member.name })}
                onPress={() => setLeaving(member)}
              >
                <UserMinus />
              </IconButton>
            )}
          </div>
        )}
      </LongList>
      <ConfirmSheet
        title={t("group.removeTitle", { name: leaving?.name ?? "" })}
        submit={t("group.removeSubmit")}
        cancel={t("common.cancel")}
        danger
        isOpen={leaving !== null}
        isPending={remove.isPending}
        problem={remove.error && problemText(t, remove.error)}
        onSubmit={() => leaving && remove.mutate(leaving)}
        onClose={() => setLeaving(null)}
      />
    </>
  );
}

function MemberBody({ member }: { member: Member }) {
  const { t } = useTranslation();
  const role = member.invited ? t("group.invited") : member.owner ? t("group.owner") : null;
  return (
    <RowBody
      lead={<Face id={member.userId} name={member.name} mxc={member.face} />}
      title={member.name}
      second={member.userId}
      aside={role}
    />
  );
}
