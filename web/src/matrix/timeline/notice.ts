import type { MatrixEvent, Room } from "matrix-js-sdk";
import { localpart } from "@/kit/names";

/** A grey line of a conversation: who came, who was removed, what the group is called now. */
export interface Notice {
  what: "created" | "joined" | "invited" | "removed" | "renamed";
  /** Who did it. */
  who: string;
  /** To whom it was done, or the new name. */
  whom: string[];
}

/** What happens this soon after the beginning belongs to it. */
const BEGINNING_MS = 10_000;

function nameOf(room: Room, userId: string): string {
  return room.getMember(userId)?.rawDisplayName || localpart(userId);
}

/** Its creator comes first and gives it a name: "opened the group" says both. */
function isBeginning(room: Room, event: MatrixEvent): boolean {
  const creation = room.currentState.getStateEvents("m.room.create", "");
  if (!creation || creation.getSender() !== event.getSender()) return false;
  return event.getTs() - creation.getTs() < BEGINNING_MS;
}

function membershipNotice(room: Room, event: MatrixEvent): Notice | null {
  const before = event.getPrevContent().membership ?? "leave";
  const now = event.getContent().membership;
  if (before === now) return null;
  const who = nameOf(room, event.getSender() ?? "");
  const target = event.getStateKey() ?? "";
  const whom = event.getContent().displayname || nameOf(room, target);
  if (now === "join")
    return isBeginning(room, event) ? null : { what: "joined", who: whom, whom: [] };
  if (now === "invite") return { what: "invited", who, whom: [whom] };
  if (now !== "leave" && now !== "ban") return null;
  // Who leaves does so silently.
  if (target === event.getSender()) return null;
  return { what: "removed", who, whom: [whom] };
}

export function noticeOf(room: Room, event: MatrixEvent): Notice | null {
  const who = nameOf(room, event.getSender() ?? "");
  switch (event.getType()) {
    case "m.room.create":
      return { what: "created", who, whom: [] };
    case "m.room.name":
      if (isBeginning(room, event)) return null;
      return { what: "renamed", who, whom: [String(event.getContent().name ?? "")] };
    case "m.room.member":
      return membershipNotice(room, event);
    default:
      return null;
  }
}

/** "Lan invited Mei" and "Lan invited Wei" become one line; null when two notices don't belong together. */
export function joinNotices(a: Notice, b: Notice): Notice | null {
  if (a.what !== "invited" || b.what !== "invited" || a.who !== b.who) return null;
  return { ...b, whom: [...a.whom, ...b.whom] };
}
