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
import { joinedRoomsWith, partnerOf, successorOf } from "./directChats";
import { bodyOf } from "./messageBody";
import type { OutboxItem } from "./outbox/item";
import { lastOf, type Preview } from "./preview";

/** Who asks. Names are chosen freely; the ID says who it is. */
export interface Invitation {
  from: string;
  fromId: string;
}

/** A chat as the list shows it. */
export interface Chat {
  roomId: string;
  name: string;
  face: string | null;
  /** The other person's ID in a 1:1 chat. */
  partner: string | null;
  invitation: Invitation | null;
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
    private readonly outgoing: Readable<readonly OutboxItem[]>,
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
    this.outgoing.subscribe(this.#changedOutgoing(touch));
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

  #changedOutgoing(touch: (roomId: string) => void): () => void {
    let before = this.outgoing.get();
    return () => {
      const now = this.outgoing.get();
      for (const { roomId } of [...before, ...now]) touch(roomId);
      before = now;
    };
  }

  #touchAll(renew: () => void): void {
    for (const room of this.client.getRooms()) this.#dirty.add(room.roomId);
    renew();
  }

  #renew(): readonly Chat[] {
    for (const roomId of this.#withTheirKin(this.#dirty)) {
      const room = this.client.getRoom(roomId);
      if (room && SHOWN.includes(room.getMyMembership()) && !successorOf(this.client, room))
        this.#known.set(roomId, this.#chatOf(room));
      else this.#known.delete(roomId);
    }
    this.#dirty.clear();
    return [...this.#known.values()].sort(byPlace);
  }

  /** Of several rooms with one person those are shown that are not over: one says it of the other. */
  #withTheirKin(roomIds: ReadonlySet<string>): Set<string> {
    const all = new Set(roomIds);
    for (const roomId of roomIds) {
      const room = this.client.getRoom(roomId);
      const partner = room && partnerOf(this.client, room);
      for (const kin of partner ? joinedRoomsWith(this.client, partner) : []) all.add(kin.roomId);
    }
    return all;
  }

  #chatOf(room: Room): Chat {
    const counted = this.unread.get().get(room.roomId) ?? 0;
    return chatOf(this.client, room, counted, this.outgoing.get());
  }
}

function byPlace(a: Chat, b: Chat): number {
  return Number(b.pinned) - Number(a.pinned) || b.timeMs - a.timeMs;
}

/** As many as the tab, the title and the icon of the app say: one for a chat that was put aside, none for a muted one. */
export function unreadTotal(chats: readonly Chat[]): number {
  const of = (chat: Chat) => chat.unread || Number(chat.quietlyUnread && !chat.muted);
  return chats.reduce((sum, chat) => sum + of(chat), 0);
}

function chatOf(
  client: MatrixClient,
  room: Room,
  counted: number,
  outgoing: readonly OutboxItem[],
): Chat {
  const partner = partnerOf(client, room);
  const invited = room.getMyMembership() === KnownMembership.Invite;
  const { preview, timeMs } = lastOf(client, room, partner === null, outgoing);
  const muted = isMuted(client, room.roomId);
  const unread = invited ? 1 : unreadOf(client, room, counted);
  return {
    roomId: room.roomId,
    name: nameOf(room, partner),
    face: faceOf(room, partner),
    partner,
    invitation: invited ? invitationTo(client, room) : null,
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

function invitationTo(client: MatrixClient, room: Room): Invitation {
  const fromId = room.getMember(client.getSafeUserId())?.events.member?.getSender() ?? "";
  return { from: room.getMember(fromId)?.rawDisplayName || localpart(fromId), fromId };
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
