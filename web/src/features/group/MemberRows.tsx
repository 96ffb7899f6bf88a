import { UserPlus } from "@phosphor-icons/react";
import { useState } from "react";
import { Button } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { Face } from "@/features/account/Face";
import type { Group, GroupView, Member } from "@/matrix/group";
import { RowBody, rowClass } from "@/ui/ListRow";
import { LongList } from "@/ui/LongList";
import { MemberSheet } from "./MemberSheet";

interface Props {
  group: Group;
  view: GroupView;
  /** Null for who may not bring anybody in. */
  onAdd: (() => void) | null;
}

export function MemberRows({ group, view, onAdd }: Props) {
  const { t } = useTranslation();
  const [chosenId, choose] = useState<string | null>(null);
  const chosen = view.members.find(({ userId }) => userId === chosenId) ?? null;
  return (
    <>
      {onAdd && (
        <Button className={rowClass} data-short data-inset="icon" onPress={onAdd}>
          <RowBody lead={<UserPlus />} title={t("group.add")} />
        </Button>
      )}
      <LongList label={t("newGroup.members")} items={view.members} keyOf={(one) => one.userId}>
        {(member) =>
          member.me ? (
            <div className={rowClass}>
              <MemberBody member={member} />
            </div>
          ) : (
            <Button className={rowClass} onPress={() => choose(member.userId)}>
              <MemberBody member={member} />
            </Button>
          )
        }
      </LongList>
      <MemberSheet group={group} member={chosen} onClose={() => choose(null)} />
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
