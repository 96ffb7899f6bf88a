import { EventType, type MatrixClient, type Room } from "matrix-js-sdk";
import { KnownMembership } from "matrix-js-sdk/lib/types";

type DirectMap = Record<string, string[]>;

function directMap(client: MatrixClient): DirectMap {
  return client.getAccountData(EventType.Direct)?.getContent<DirectMap>() ?? {};
}

/** The other person of a 1:1 chat, or null for a group. */
export function partnerOf(client: MatrixClient, room: Room): string | null {
  for (const [userId, roomIds] of Object.entries(directMap(client))) {
    if (roomIds.includes(room.roomId)) return userId;
  }
  if (room.getMyMembership() !== KnownMembership.Invite) return null;
  const invitation = room.getMember(client.getSafeUserId())?.events.member;
  return invitation?.getContent().is_direct ? (invitation.getSender() ?? null) : null;
}

/** Marks a room as the 1:1 chat with a person, on all of one's devices (spec: m.direct). */
export async function markDirect(
  client: MatrixClient,
  userId: string,
  roomId: string,
): Promise<void> {
  const map = directMap(client);
  if (map[userId]?.includes(roomId)) return;
  await client.setAccountData(EventType.Direct, {
    ...map,
    [userId]: [roomId, ...(map[userId] ?? [])],
  });
}

/** The 1:1 chat that is there already, joined or invited. */
export function directRoomWith(client: MatrixClient, userId: string): Room | null {
  const open: string[] = [KnownMembership.Join, KnownMembership.Invite];
  const rooms = client.getRooms().filter((room) => open.includes(room.getMyMembership()));
  return rooms.find((room) => partnerOf(client, room) === userId) ?? null;
}
