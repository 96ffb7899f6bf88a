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

/** The 1:1 chat that is there already, joined or invited: rather one in which the other person is. */
export function directRoomWith(client: MatrixClient, userId: string): Room | null {
  const rooms = client
    .getRooms()
    .filter((room) => HERE.includes(room.getMyMembership()) && partnerOf(client, room) === userId);
  const isJoined = (room: Room) => room.getMyMembership() === KnownMembership.Join;
  const open = rooms.filter((room) => !hasLeft(room, userId));
  return open.find(isJoined) ?? open[0] ?? rooms.sort(newestFirst)[0] ?? null;
}

/** Whether the other person deleted the chat. Of whom this device knows nothing, it says no. */
function hasLeft(room: Room, partner: string): boolean {
  const membership: string | undefined = room.getMember(partner)?.membership;
  return membership === KnownMembership.Leave || membership === KnownMembership.Ban;
}

function newestFirst(a: Room, b: Room): number {
  const madeAtMs = (room: Room) =>
    room.currentState.getStateEvents(EventType.RoomCreate, "")?.getTs() ?? 0;
  return madeAtMs(b) - madeAtMs(a);
}

/** The rooms that one is in with a person, the newest first; more than one when that person began anew. */
export function joinedRoomsWith(client: MatrixClient, partner: string): Room[] {
  const rooms = (directMap(client)[partner] ?? []).map((roomId) => client.getRoom(roomId));
  return rooms
    .filter((room) => room?.getMyMembership() === KnownMembership.Join)
    .filter((room) => room !== null)
    .sort(newestFirst);
}

/** Of the rooms of one chat the one in which it goes on, and those whose history stands before it. */
function shared(client: MatrixClient, partner: string): { current?: Room; former: Room[] } {
  const rooms = joinedRoomsWith(client, partner);
  const current = rooms.find((room) => !hasLeft(room, partner)) ?? rooms[0];
  return { current, former: rooms.filter((room) => room !== current && hasLeft(room, partner)) };
}

/** The rooms that a 1:1 chat was in before its other person deleted it and began anew, the newest first. */
export function formerRooms(client: MatrixClient, room: Room): Room[] {
  const partner = partnerOf(client, room);
  const { current, former } = partner ? shared(client, partner) : { former: [] };
  return current === room ? former : [];
}

/** The room in which a 1:1 chat goes on, if it is another one than this. */
export function successorOf(client: MatrixClient, room: Room): Room | null {
  const partner = partnerOf(client, room);
  const { current, former } = partner ? shared(client, partner) : { former: [] };
  return former.includes(room) ? (current ?? null) : null;
}

/** The room of a chat with a person who has deleted it, and which is kept here. */
export function keptRoomOf(client: MatrixClient, partner: string): Room | null {
  const { current } = shared(client, partner);
  return current && hasLeft(current, partner) ? current : null;
}
