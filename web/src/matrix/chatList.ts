import {
  ClientEvent,
  type MatrixClient,
  type MatrixEvent,
  MatrixEventEvent,
  type Room,
  RoomEvent,
  RoomMemberEvent,
} from "matrix-js-sdk";
import { KnownMembership } from "matrix-js-sdk/lib/types";
import { batched } from "@/kit/batch";
import { localpart } from "@/kit/names";
import { type Readable, Signal } from "@/kit/signal";
import { isMarkedUnread, isMuted, isPinned } from "./chatMarks";
import { partnerOf } from "./directChats";
import { bodyOf, type MessageBody } from "./messageBody";
import { type Notice, noticeOf } from "./timeline/notice";

export interface Preview {
  /** The writer's name, where it says something: in groups, of others. */
  who: string | null;
  what: MessageBody | { kind: "notice"; notice: Notice };
}

/** A chat as the list shows it. */
export interface Chat {
  roomId: string;
  name: string;
  face: string | null;
  /** The other person's ID in a 1:1 chat. */
  partner: string | null;
  invitation: { from: string } | null;
  preview: Preview | null;
  timeMs: number;
  /** As many as are counted; 0 in a muted chat. */
  unread: number;
  /** Something is unread that is not counted: it was put aside, or the chat is muted. */
  quietlyUnread: boolean;
  pinned: boolean;
  muted: boolean;
  memberCount: number;
}

const SHOWN: string[] = [KnownMembership.Join, KnownMembership.Invite];

/** All chats, the pinned ones first, then the newest; follows every change. */
export class ChatList {
  readonly chats: Signal<readonly Chat[]>;
  readonly #known = new Map<string, Chat>();
  readonly #dirty = new Set<string>();

  constructor(
    private readonly client: MatrixClient,
    private readonly unread: Readable<ReadonlyMap<string, number>>,
  ) {
    for (const room of client.getRooms()) this.#dirty.add(room.roomId);
    this.chats = new Signal(this.#renew());
    this.#listen();
  }

  #listen(): void {
    const renew = batched(() => this.chats.set(this.#renew()));
    const touch = (roomId: string | undefined | null) => {
      if (!roomId) return;
      this.#dirty.add(roomId);
      renew();
    };
    const ofEvent = (event: MatrixEvent) => touch(event.getRoomId());
    const ofRoom = (room: Room) => touch(room.roomId);
    this.unread.subscribe(this.#changedCounts(touch));
    this.client.on(ClientEvent.Room, ofRoom);
    this.client.on(RoomEvent.Timeline, ofEvent);
    this.client.on(RoomEvent.Redaction, ofEvent);
    this.client.on(MatrixEventEvent.Decrypted, ofEvent);
    this.client.on(RoomEvent.Receipt, (_event, room) => ofRoom(room));
    this.client.on(RoomEvent.Name, ofRoom);
    this.client.on(RoomEvent.AccountData, (_event, room) => ofRoom(room));
    this.client.on(RoomEvent.MyMembership, ofRoom);
    this.client.on(RoomMemberEvent.Name, (event) => ofEvent(event));
    this.client.on(RoomMemberEvent.Membership, (event) => ofEvent(event));
    this.client.on(ClientEvent.AccountData, () => this.#touchAll(renew));
    this.client.on(ClientEvent.DeleteRoom, touch);
  }

  /** The server counts anew at each sync; most chats stay as they were. */
  #changedCounts(touch: (roomId: string) => void): () => void {
    let before = this.unread.get();
    return () => {
      const now = this.unread.get();
      for (const [roomId, count] of now) if (before.get(roomId) !== count) touch(roomId);
      before = now;
    };
  }

  #touchAll(renew: () => void): void {
    for (const room of this.client.getRooms()) this.#dirty.add(room.roomId);
    renew();
  }

  #renew(): readonly Chat[] {
    for (const roomId of this.#dirty) {
      const room = this.client.getRoom(roomId);
      if (room && SHOWN.includes(room.getMyMembership()))
        this.#known.set(roomId, chatOf(this.client, room, this.unread.get().get(roomId) ?? 0));
      else this.#known.delete(roomId);
    }
    this.#dirty.clear();
    return [...this.#known.values()].sort(byPlace);
  }
}

function byPlace(a: Chat, b: Chat): number {
  return Number(b.pinned) - Number(a.pinned) || b.timeMs - a.timeMs;
}

function chatOf(client: MatrixClient, room: Room, counted: number): Chat {
  const partner = partnerOf(client, room);
  const invited = room.getMyMembership() === KnownMembership.Invite;
  const { preview, timeMs } = lastOf(client, room, partner === null);
  const muted = isMuted(client, room.roomId);
  const unread = invited ? 1 : unreadOf(client, room, counted);
  return {
    roomId: room.roomId,
    name: nameOf(room, partner),
    face: faceOf(room, partner),
    partner,
    invitation: invited ? { from: inviterName(client, room) } : null,
    preview,
    timeMs,
    unread: muted ? 0 : unread,
    quietlyUnread: isMarkedUnread(room) || (muted && (unread > 0 || hasNews(client, room))),
    pinned: isPinned(room),
    muted,
    memberCount: room.getJoinedMemberCount(),
  };
}

function nameOf(room: Room, partner: string | null): string {
  if (!partner) return room.name;
  return room.getMember(partner)?.rawDisplayName || localpart(partner);
}

function faceOf(room: Room, partner: string | null): string | null {
  return partner ? (room.getMember(partner)?.getMxcAvatarUrl() ?? null) : room.getMxcAvatarUrl();
}

function inviterName(client: MatrixClient, room: Room): string {
  const inviter = room.getMember(client.getSafeUserId())?.events.member?.getSender();
  return inviter ? room.getMember(inviter)?.rawDisplayName || localpart(inviter) : "";
}

/** A read message may still be counted by the server for a moment; the receipt decides. */
function unreadOf(client: MatrixClient, room: Room, counted: number): number {
  const last = room.getLiveTimeline().getEvents().at(-1)?.getId();
  const readAll = last && room.hasUserReadEvent(client.getSafeUserId(), last);
  return readAll ? 0 : counted;
}

/** Whether the newest message is another's and was not read. */
function hasNews(client: MatrixClient, room: Room): boolean {
  const me = client.getSafeUserId();
  const last = room
    .getLiveTimeline()
    .getEvents()
    .findLast((event) => !!bodyOf(event));
  const id = last?.getId();
  return !!id && last?.getSender() !== me && !room.hasUserReadEvent(me, id);
}

function lastOf(
  client: MatrixClient,
  room: Room,
  group: boolean,
): { preview: Preview | null; timeMs: number } {
  const events = room.getLiveTimeline().getEvents();
  for (const event of events.toReversed()) {
    const what = previewed(room, event, group);
    if (!what) continue;
    const sender = event.getSender() ?? "";
    const named = group && sender !== client.getUserId() && what.kind !== "notice";
    const who = named ? room.getMember(sender)?.rawDisplayName || localpart(sender) : null;
    return { preview: { who, what }, timeMs: event.getTs() };
  }
  return { preview: null, timeMs: room.getLastActiveTimestamp() };
}

function previewed(room: Room, event: MatrixEvent, group: boolean): Preview["what"] | null {
  const body = event.isState() ? null : bodyOf(event);
  if (body || !group) return body;
  const notice = noticeOf(room, event);
  return notice && { kind: "notice", notice };
}
