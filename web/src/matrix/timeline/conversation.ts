import {
  EventType,
  type MatrixClient,
  type MatrixEvent,
  MatrixEventEvent,
  Method,
  type Room,
  RoomEvent,
  RoomMemberEvent,
  RoomStateEvent,
} from "matrix-js-sdk";
import { ReceiptType } from "matrix-js-sdk/lib/@types/read_receipts";
import { batched } from "@/kit/batch";
import { Signal } from "@/kit/signal";
import { clearUnreadMark } from "../chatMarks";
import { formerRooms, partnerOf } from "../directChats";
import type { OutboxItem } from "../outbox/item";
import type { Outbox } from "../outbox/outbox";
import type { RecalledWords } from "./again";
import { type Message, type SentMessage, toMessage, withJoinedNotices } from "./message";
import { NO_RIGHTS, recallRights } from "./recall";

const PAGE = 40;
/** The first unread message is looked for over at most so many pages. */
const PAGES_TO_UNREAD = 8;
const TYPING_LASTS_MS = 15_000;
const TYPING_REPEAT_MS = 8_000;

export interface ConversationView {
  messages: readonly Message[];
  /** The last message read before this visit; the divider stands after it. */
  readUpTo: string | null;
  hasEarlier: boolean;
}

/** One open conversation: what it shows, and what its reader does to it. Close it when it is left. */
export class Conversation {
  readonly view: Signal<ConversationView>;
  readonly typing = new Signal<readonly string[]>([]);
  readonly #readUpTo: string | null;
  /** What the chat was in before its other person began anew, the newest first. */
  readonly #former: readonly Room[];
  readonly #stop: (() => void)[] = [];
  #page: Promise<boolean> | null = null;
  /** While a page comes: the event before which it ends. */
  #pageEnd: MatrixEvent | null = null;
  readonly #markedRead = new Map<string, string | undefined>();
  #saidTypingAtMs = 0;

  constructor(
    private readonly client: MatrixClient,
    private readonly room: Room,
    private readonly outbox: Outbox,
    readonly recalledWords: RecalledWords,
  ) {
    this.#former = formerRooms(client, room);
    this.#readUpTo = this.#whereReadingStopped();
    this.view = new Signal(this.#look());
    const refresh = batched(() => this.view.set(this.#look()));
    this.#listen(refresh);
  }

  get roomId(): string {
    return this.room.roomId;
  }

  /** Whether only the people in it can read what is written now. */
  get isEncrypted(): boolean {
    return this.room.hasEncryptionStateEvent();
  }

  /** Pages back until the first unread message is there, within reason. */
  async reachUnread(): Promise<void> {
    if (!this.#readUpTo) return;
    for (let page = 0; page < PAGES_TO_UNREAD && !this.#holds(this.#readUpTo); page++) {
      if (!(await this.loadEarlier())) return;
    }
  }

  /** False when there is nothing earlier. Who asks while a page is on its way waits for that one. */
  loadEarlier(): Promise<boolean> {
    this.#page ??= this.#loadPage().finally(() => {
      this.#page = null;
    });
    return this.#page;
  }

  /** A page comes in at once, and readable: bit by bit it would move what stands below it. */
  async #loadPage(): Promise<boolean> {
    const [oldest = this.room] = this.#rooms();
    if (!hasEarlier(oldest)) return false;
    this.#pageEnd = oldest.getLiveTimeline().getEvents()[0] ?? null;
    try {
      await this.client.scrollback(oldest, PAGE);
      const events = oldest.getLiveTimeline().getEvents();
      await Promise.all(events.map((event) => event.getDecryptionPromise()));
    } finally {
      this.#pageEnd = null;
      this.view.set(this.#look());
    }
    return true;
  }

  /** Others are not told (m.read.private); one's other devices are. */
  async markRead(): Promise<void> {
    void clearUnreadMark(this.client, this.room).catch(() => {});
    await Promise.all([this.room, ...this.#former].map((room) => this.#markRoomRead(room)));
  }

  async #markRoomRead(room: Room): Promise<void> {
    const events = room.getLiveTimeline().getEvents();
    const last = events.findLast((event) => event.status === null && !event.isState());
    const id = last?.getId();
    const before = this.#markedRead.get(room.roomId);
    if (!last || !id || id === before) return;
    this.#markedRead.set(room.roomId, id);
    try {
      await this.client.sendReadReceipt(last, ReceiptType.ReadPrivate);
    } catch {
      this.#markedRead.set(room.roomId, before);
    }
  }

  /** Called at each keystroke; tells the others now and then. */
  async sayTyping(typing: boolean): Promise<void> {
    const now = Date.now();
    if (typing && now - this.#saidTypingAtMs < TYPING_REPEAT_MS) return;
    if (!typing && this.#saidTypingAtMs === 0) return;
    this.#saidTypingAtMs = typing ? now : 0;
    await this.client.sendTyping(this.room.roomId, typing, TYPING_LASTS_MS).catch(() => {});
  }

  /** Not by the SDK's queue: what it failed to send it would show as recalled until the next start. */
  async recall({ eventId, body, mine }: SentMessage): Promise<void> {
    if (!eventId) return;
    // The line that offers them may come before the answer does.
    if (mine && body.kind === "text") this.recalledWords.keep(eventId, body.text, Date.now());
    const [room, id] = [this.room.roomId, eventId].map(encodeURIComponent);
    const path = `/rooms/${room}/redact/${id}/recall-${id}`;
    await this.client.http.authedRequest(Method.Put, path, undefined, {});
  }

  close(): void {
    for (const stop of this.#stop) stop();
    void this.sayTyping(false);
  }

  /** Null when nothing was unread: what comes in while one looks is not "new". */
  #whereReadingStopped(): string | null {
    const me = this.client.getSafeUserId();
    const marker = this.room.getEventReadUpTo(me) ?? this.#receiptOutOfSight(me);
    const events = this.room.getLiveTimeline().getEvents();
    const at = events.findIndex((event) => event.getId() === marker);
    const others = events
      .slice(at + 1)
      .some((event) => !event.isState() && event.getSender() !== me);
    return others ? marker : null;
  }

  /** The SDK forgets a receipt of what lies before the messages that are here. */
  #receiptOutOfSight(me: string): string | null {
    const receipts = [ReceiptType.Read, ReceiptType.ReadPrivate].flatMap(
      (type) => this.room.getReadReceiptForUserId(me, true, type) ?? [],
    );
    return receipts.sort((a, b) => b.data.ts - a.data.ts)[0]?.eventId ?? null;
  }

  #holds(eventId: string): boolean {
    return this.room.findEventById(eventId) !== undefined;
  }

  /** The oldest first: what is shown has no gap, so a room comes in once the next one is all there. */
  #rooms(): Room[] {
    const rooms = [this.room];
    for (const former of this.#former) {
      if (rooms[0] && this.#isIncomplete(rooms[0])) break;
      rooms.unshift(former);
    }
    return rooms;
  }

  #look(): ConversationView {
    const rooms = this.#rooms();
    const arrived = rooms.flatMap((room) => this.#messagesOf(room));
    const keys = new Set(arrived.flatMap((message) => [message.key, message.eventId]));
    const mine = this.outbox.items.get().filter(({ roomId }) => this.#isOf(roomId));
    const outgoing = mine.filter((item) => !keys.has(item.txnId) && !keys.has(item.eventId ?? ""));
    return {
      messages: [...this.#withoutDull(arrived), ...outgoing.map(asMessage)],
      readUpTo: this.#readUpTo,
      hasEarlier: rooms[0] !== undefined && this.#isIncomplete(rooms[0]),
    };
  }

  #isIncomplete(room: Room): boolean {
    const coming = this.#pageEnd?.getRoomId() === room.roomId;
    return coming || hasEarlier(room);
  }

  #messagesOf(room: Room): Message[] {
    const group = partnerOf(this.client, room) === null;
    const rights = room === this.room ? recallRights(this.client, room, group) : NO_RIGHTS;
    const all = room.getLiveTimeline().getEvents();
    const events = all.slice(Math.max(this.#pageEnd ? all.indexOf(this.#pageEnd) : 0, 0));
    const shown = events.map((event) => toMessage(this.client, room, event, rights));
    return shown.filter((message) => message !== null);
  }

  #isOf(roomId: string | undefined): boolean {
    return [this.room, ...this.#former].some((room) => room.roomId === roomId);
  }

  /** In a 1:1 chat everybody knows who came, and nobody is told who deleted it. */
  #withoutDull(messages: Message[]): Message[] {
    if (!partnerOf(this.client, this.room)) return withJoinedNotices(messages);
    return messages.filter(({ kind }) => kind !== "notice");
  }

  #listen(refresh: () => void): void {
    const mine = (_event: MatrixEvent, room: Room | undefined) => {
      if (this.#isOf(room?.roomId)) refresh();
    };
    const decrypted = (event: MatrixEvent) => {
      if (this.#isOf(event.getRoomId())) refresh();
    };
    const reset = (room: Room | undefined) => this.#isOf(room?.roomId) && refresh();
    const type = () => this.typing.set(this.#typingNames());
    this.client.on(RoomEvent.Timeline, mine);
    this.client.on(RoomEvent.TimelineReset, reset);
    this.client.on(RoomEvent.Redaction, mine);
    this.client.on(MatrixEventEvent.Decrypted, decrypted);
    this.client.on(MatrixEventEvent.Replaced, decrypted);
    this.room.on(RoomStateEvent.Members, refresh);
    this.client.on(RoomMemberEvent.Typing, type);
    this.#stop.push(
      () => this.client.off(RoomEvent.Timeline, mine),
      () => this.client.off(RoomEvent.TimelineReset, reset),
      () => this.client.off(RoomEvent.Redaction, mine),
      () => this.client.off(MatrixEventEvent.Decrypted, decrypted),
      () => this.client.off(MatrixEventEvent.Replaced, decrypted),
      () => this.room.off(RoomStateEvent.Members, refresh),
      () => this.client.off(RoomMemberEvent.Typing, type),
      this.outbox.items.subscribe(refresh),
    );
  }

  #typingNames(): string[] {
    const me = this.client.getUserId();
    const members = this.room.getMembers().filter((m) => m.typing && m.userId !== me);
    return members.map((m) => m.rawDisplayName);
  }
}

function hasEarlier(room: Room): boolean {
  const startsHere = room.getLiveTimeline().getEvents()[0]?.getType() === EventType.RoomCreate;
  return room.oldState.paginationToken !== null && !startsHere;
}

function asMessage(item: OutboxItem): Message {
  return {
    kind: "outgoing",
    key: item.txnId,
    eventId: null,
    mine: true,
    timeMs: item.createdAtMs,
    item,
  };
}
