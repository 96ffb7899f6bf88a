import { batched } from "@/kit/batch";
import type { Readable } from "@/kit/signal";
import { type Chat, unreadTotal } from "./chatList";

const QUIET_MS = 300;

/** What this device has announced while the app was closed, and the number on its icon. */
export class Announced {
  readonly #unread = new Map<string, number>();
  readonly stop: () => void;

  constructor(
    chats: Readable<readonly Chat[]>,
    private readonly hasMessage: (roomId: string, eventId: string) => boolean,
  ) {
    const follow = batched(() => void this.#closeRead(chats.get()).catch(() => {}), QUIET_MS);
    follow();
    const unfollow = chats.subscribe(follow);
    this.stop = () => {
      unfollow();
      follow.cancel();
    };
  }

  /** What was read in the app, or on another device, need not be announced any longer. */
  async #closeRead(chats: readonly Chat[]): Promise<void> {
    const registration = await navigator.serviceWorker?.getRegistration();
    const known = new Map(chats.map((chat) => [chat.roomId, chat]));
    for (const shown of (await registration?.getNotifications()) ?? []) {
      const { roomId, eventId } = (shown.data ?? {}) as { roomId?: string; eventId?: string };
      if (roomId && this.#isOver(known.get(roomId), roomId, eventId)) shown.close();
    }
    for (const chat of chats) this.#unread.set(chat.roomId, chat.unread);
    if ("setAppBadge" in navigator) await navigator.setAppBadge(unreadTotal(chats)).catch(() => {});
  }

  /** A push can be faster than the message itself: what is not here yet is not read either. */
  #isOver(chat: Chat | undefined, roomId: string, eventId: string | undefined): boolean {
    const before = this.#unread.get(roomId);
    if (!chat) return before !== undefined;
    if (chat.unread) return false;
    return Boolean(before) || (eventId !== undefined && this.hasMessage(roomId, eventId));
  }
}
