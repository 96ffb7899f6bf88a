import { type MatrixClient, type MatrixEvent, type Room, RoomEvent } from "matrix-js-sdk";
import { Signal } from "@/kit/signal";
import { placeOf } from "../session";
import {
  DRAFT_TYPE,
  type Draft,
  draftKey,
  newer,
  open,
  readDraft,
  type SealedDraft,
  seal,
} from "./sealed";

declare module "matrix-js-sdk/lib/@types/event" {
  interface RoomAccountDataEvents {
    [DRAFT_TYPE]: SealedDraft;
  }
}

/** So long after the last keystroke a draft goes to one's other devices. */
const PAUSE_MS = 3_000;

/**
 * What is half written, per chat. On this device at each keystroke; a moment later, sealed, in the
 * account data of the room, so that one's other devices have it and the server can't read it. A device
 * without the key of the backup keeps its drafts to itself.
 */
export class Drafts {
  /** The words by chat; where there are none, nothing. */
  readonly texts = new Signal<ReadonlyMap<string, string>>(new Map());
  /** As this device has them. */
  readonly #here = new Map<string, Draft>();
  /** What the account data say, as far as it could be read. */
  readonly #there = new Map<string, Draft>();
  readonly #unsent = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly client: MatrixClient) {
    const prefix = this.#place("");
    for (const [place, json] of Object.entries(localStorage)) {
      const draft = place.startsWith(prefix) ? readDraft(json) : null;
      if (draft) this.#show(place.slice(prefix.length), draft);
    }
    client.on(RoomEvent.AccountData, this.#changed);
    document.addEventListener("visibilitychange", this.#hidden);
  }

  write(roomId: string, text: string): void {
    const before = newer(this.#here.get(roomId), this.#there.get(roomId));
    // A clock that goes slow must not make it the older one.
    this.#keep(roomId, { text, atMs: Math.max(Date.now(), (before?.atMs ?? 0) + 1) });
    this.#unsent.add(roomId);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), PAUSE_MS);
  }

  /** A chat goes on in another room: what is half written goes along, unless something is written there. */
  carry(fromId: string, toId: string): void {
    const texts = this.texts.get();
    const text = texts.get(fromId);
    if (!text || texts.has(toId)) return;
    this.write(toId, text);
    this.write(fromId, "");
  }

  /** Brings to the other devices what is not there yet: when a chat is left, the connection is back. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#unsent.size === 0) return;
    const key = await this.#key();
    if (!key) return;
    for (const roomId of [...this.#unsent]) await this.#bring(key, roomId).catch(() => {});
  }

  /** Looks at all chats: at the start, and once the key is there. */
  async look(): Promise<void> {
    const key = await this.#key();
    if (!key) return;
    for (const room of this.client.getRooms()) {
      await this.#take(key, room);
      if (this.#here.has(room.roomId)) this.#unsent.add(room.roomId);
    }
    await this.flush();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.client.off(RoomEvent.AccountData, this.#changed);
    document.removeEventListener("visibilitychange", this.#hidden);
  }

  readonly #hidden = (): void => {
    if (document.visibilityState === "hidden") void this.flush();
  };

  readonly #changed = async (event: MatrixEvent, room: Room): Promise<void> => {
    if (event.getType() !== DRAFT_TYPE) return;
    const key = await this.#key();
    if (key) await this.#take(key, room);
  };

  async #take(key: CryptoKey, room: Room): Promise<void> {
    const { roomId } = room;
    const there = await open(key, roomId, room.getAccountData(DRAFT_TYPE)?.getContent());
    if (!there) return;
    this.#there.set(roomId, newer(there, this.#there.get(roomId)) ?? there);
    if (newer(this.#here.get(roomId), there) === there) this.#keep(roomId, there);
  }

  async #bring(key: CryptoKey, roomId: string): Promise<void> {
    const here = this.#here.get(roomId);
    const there = this.#there.get(roomId);
    // What was written and sent within a moment never went there.
    if (here && here.text !== (there?.text ?? "")) {
      const sealed = await seal(key, roomId, here);
      await this.client.setRoomAccountData(roomId, DRAFT_TYPE, sealed);
      this.#there.set(roomId, here);
    }
    // Else it was written on in the meantime, and its turn comes.
    if (this.#here.get(roomId) === here) this.#unsent.delete(roomId);
  }

  #keep(roomId: string, draft: Draft): void {
    this.#show(roomId, draft);
    try {
      localStorage.setItem(this.#place(roomId), JSON.stringify(draft));
    } catch {
      // Its storage is full: one can write nevertheless.
    }
  }

  #show(roomId: string, draft: Draft): void {
    this.#here.set(roomId, draft);
    if (draft.text === (this.texts.get().get(roomId) ?? "")) return;
    const texts = new Map(this.texts.get());
    if (draft.text) texts.set(roomId, draft.text);
    else texts.delete(roomId);
    this.texts.set(texts);
  }

  /** Null, too, once the session is over and its store is closed. */
  async #key(): Promise<CryptoKey | null> {
    const crypto = this.client.getCrypto();
    const bytes = await crypto?.getSessionBackupPrivateKey().catch(() => null);
    return bytes ? draftKey(bytes) : null;
  }

  #place(roomId: string): string {
    return placeOf(this.client.getSafeUserId(), `draft:${roomId}`);
  }
}
