import {
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
import { partnerOf } from "../directChats";
import type { OutboxItem } from "../outbox/item";
import type { Outbox } from "../outbox/outbox";
import type { RecalledWords } from "./again";
import { type Message, type SentMessage, toMessage, withJoinedNotices } from "./message";
import { recallRights } from "./recall";

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
  readonly #stop: (() => void)[] = [];
  #markedRead: string | null = null;
  #saidTypingAtMs = 0;

  constructor(
    private readonly client: MatrixClient,
    private readonly room: Room,
    private readonly outbox: Outbox,
    readonly recalledWords: RecalledWords,
  ) {
    this.#readUpTo = this.#whereReadingStopped();
    this.view = new Signal(this.#look());
    const refresh = batched(() => this.view.set(this.#look()));
    this.#listen(refresh);
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

  /** False when there is nothing earlier. */
  async loadEarlier(): Promise<boolean> {
    if (!this.#hasEarlier()) return false;
    await this.client.scrollback(this.room, PAGE);
    this.view.set(this.#look());
    return true;
  }

  /** Others are not told (m.read.private); one's other devices are. */
  async markRead(): Promise<void> {
    void clearUnreadMark(this.client, this.room).catch(() => {});
    const events = this.room.getLiveTimeline().getEvents();
    const last = events.findLast((event) => event.status === null && !event.isState());
    const id = last?.getId();
    if (!last || !id || id === this.#markedRead) return;
    const before = this.#markedRead;
    this.#markedRead = id;
    try {
      await this.client.sendReadReceipt(last, ReceiptType.ReadPrivate);
    } catch {
      this.#markedRead = before;
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

  #hasEarlier(): boolean {
    return this.room.oldState.paginationToken !== null && !this.#startsHere();
  }

  #startsHere(): boolean {
    return this.room.getLiveTimeline().getEvents()[0]?.getType() === "m.room.create";
  }

  #look(): ConversationView {
    const events = this.room.getLiveTimeline().getEvents();
    const group = partnerOf(this.client, this.room) === null;
    const rights = recallRights(this.client, this.room, group);
    const shown = events.map((event) => toMessage(this.client, this.room, event, rights));
    const arrived = shown.filter((message) => message !== null);
    const keys = new Set(arrived.flatMap((message) => [message.key, message.eventId]));
    const mine = this.outbox.items.get().filter((item) => item.roomId === this.room.roomId);
    const outgoing = mine.filter((item) => !keys.has(item.txnId) && !keys.has(item.eventId ?? ""));
    return {
      messages: [...this.#withoutDull(arrived), ...outgoing.map(asMessage)],
      readUpTo: this.#readUpTo,
      hasEarlier: this.#hasEarlier(),
    };
  }

  /** In a 1:1 chat everybody knows who came, and nobody is told who deleted it. */
  #withoutDull(messages: Message[]): Message[] {
    if (!partnerOf(this.client, this.room)) return withJoinedNotices(messages);
    return messages.filter(({ kind }) => kind !== "notice");
  }

  #listen(refresh: () => void): void {
    const mine = (_event: MatrixEvent, room: Room | undefined) => {
      if (room === this.room) refresh();
    };
    const decrypted = (event: MatrixEvent) => {
      if (event.getRoomId() === this.room.roomId) refresh();
    };
    const reset = (room: Room | undefined) => room === this.room && refresh();
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
