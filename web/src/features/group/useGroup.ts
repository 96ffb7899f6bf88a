import { useEffect, useMemo } from "react";
import { useMessenger } from "@/features/account/messenger";
import { type Readable, Signal, useSignal } from "@/kit/signal";
import type { Group, GroupView } from "@/matrix/group";

const NONE: Readable<GroupView | null> = new Signal<GroupView | null>(null);

export function useGroup(roomId: string): { group: Group | null; view: GroupView | null } {
  const messenger = useMessenger();
  const group = useMemo(() => messenger.group(roomId), [messenger, roomId]);
  useEffect(() => {
    group?.follow();
    return () => group?.close();
  }, [group]);
  const view = useSignal<GroupView | null>(group?.view ?? NONE);
  return { group, view };
}
