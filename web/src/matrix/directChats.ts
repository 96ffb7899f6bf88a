import { EventType, type MatrixClient, type Room } from "matrix-js-sdk";
import { KnownMembership } from "matrix-js-sdk/lib/types";
import { Problem, toProblem } from "./problem";
import { roomArrival } from "./roomArrival";

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

const HERE: (string | undefined)[] = [KnownMembership.Join, KnownMembership.Invite];

/**
 * Who deleted a 1:1 chat, or said no to it, is asked anew before the next message is sent, which
 * would reach nobody otherwise. Errors: M_FORBIDDEN when the server does not let them be asked.
 */
export async function askBack(client: MatrixClient, room: Room, partner: string): Promise<void> {
  const isHere = () => HERE.includes(room.getMember(partner)?.membership);
  if (isHere()) return;
  // This device may not have heard of them yet: the server has.
  if (!HERE.includes(await membershipOf(client, room, partner)))
    await client.invite(room.roomId, partner);
  await roomArrival(client, room.roomId, [partner]);
  if (!isHere()) throw new Problem("OFFLINE");
}

async function membershipOf(client: MatrixClient, room: Room, userId: string) {
  try {
    const state = await client.getStateEvent(room.roomId, EventType.RoomMember, userId);
    return state.membership as string | undefined;
  } catch (error) {
    const problem = toProblem(error);
    if (problem.status === 404) return undefined;
    throw problem;
  }
}

/** The 1:1 chat that is there already, joined or invited. */
export function directRoomWith(client: MatrixClient, userId: string): Room | null {
  const open: string[] = [KnownMembership.Join, KnownMembership.Invite];
  const rooms = client.getRooms().filter((room) => open.includes(room.getMyMembership()));
  return rooms.find((room) => partnerOf(client, room) === userId) ?? null;
}
