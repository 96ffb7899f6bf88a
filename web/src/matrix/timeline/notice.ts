import type { MatrixEvent, Room } from "matrix-js-sdk";
import { localpart } from "@/kit/names";

/** A grey line of a conversation: who came, who went, what the group is called now. */
export interface Notice {
  what: "created" | "joined" | "invited" | "left" | "removed" | "renamed";
  /** Who did it. */
  who: string;
  /** To whom it was done, or the new name. */
  whom: string;
}

function nameOf(room: Room, userId: string): string {
  return room.getMember(userId)?.rawDisplayName || localpart(userId);
}

function membershipNotice(room: Room, event: MatrixEvent): Notice | null {
  const before = event.getPrevContent().membership ?? "leave";
  const now = event.getContent().membership;
  if (before === now) return null;
  const who = nameOf(room, event.getSender() ?? "");
  const target = event.getStateKey() ?? "";
  const whom = event.getContent().displayname || nameOf(room, target);
  if (now === "join") return { what: "joined", who: whom, whom };
  if (now === "invite") return { what: "invited", who, whom };
  if (now !== "leave" && now !== "ban") return null;
  if (target === event.getSender()) return { what: "left", who: whom, whom };
  return { what: "removed", who, whom };
}

export function noticeOf(room: Room, event: MatrixEvent): Notice | null {
  const who = nameOf(room, event.getSender() ?? "");
  switch (event.getType()) {
    case "m.room.create":
      return { what: "created", who, whom: "" };
    case "m.room.name":
      return { what: "renamed", who, whom: String(event.getContent().name ?? "") };
    case "m.room.member":
      return membershipNotice(room, event);
    default:
      return null;
  }
}
