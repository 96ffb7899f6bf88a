import { Signal } from "@/kit/signal";
import { toProblem } from "../problem";
import { type Draft, isCancellable, type OutboxItem } from "./item";
import type { OutboxStore } from "./store";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

/**
 * Brings one message to the server and returns its event id. It may be called again with the same
 * item: whatever it keeps through `save` is in the item the next time.
 */
export type Deliver = (item: OutboxItem, tools: Tools) => Promise<string>;

export interface Tools {
  save: (item: OutboxItem) => Promise<void>;
  progress: (share: number) => void;
  /** Aborted when the writer takes it back; nothing of it may be sent from then on. */
  abort: AbortController;
}

/**
 * The durable queue of a person's messages.
 *
 * Always: a message is on disk before it is shown; the messages of one chat go one after the other,
 * in the order of writing; an attempt that may have arrived is repeated with the same `txnId`; what
 * the server refuses steps aside and lets the next one go.
 */
export class Outbox {
  readonly items = new Signal<readonly OutboxItem[]>([]);
  readonly progress = new Signal<ReadonlyMap<string, number>>(new Map());
  readonly #busyRooms = new Set<string>();
  /** What is being brought right now. */
  readonly #aborts = new Map<string, AbortController>();
  readonly #wakers = new Set<() => void>();
  /** What the server had at the last sync. */
  #sentBefore = new Set<string>();
  #seq = 0;
  #stopped = false;

  constructor(
    private readonly store: OutboxStore,
    private readonly deliver: Deliver,
    private readonly newTxnId: () => string = () => `th-${crypto.randomUUID()}`,
  ) {}

  /** Goes on with what an earlier visit left. */
  async start(): Promise<void> {
    const items = await this.store.all();
    this.#seq = items.at(-1)?.seq ?? 0;
    this.items.set(items);
    this.#sentBefore = sentOf(items);
    for (const roomId of new Set(items.map((item) => item.roomId))) void this.#work(roomId);
  }

  async send(roomId: string, draft: Draft): Promise<void> {
    this.#seq += 1;
    const item = { txnId: this.newTxnId(), seq: this.#seq, roomId, createdAtMs: Date.now(), draft };
    await this.#save(item);
    void this.#work(roomId);
  }

  async retry(txnId: string): Promise<void> {
    const item = this.#find(txnId);
    if (!item?.refused) return;
    this.#seq += 1;
    await this.#save({ ...item, refused: undefined, seq: this.#seq });
    void this.#work(item.roomId);
  }

  /** Takes back a message before any of it was said; false when it is too late for that. */
  async cancel(txnId: string): Promise<boolean> {
    const item = this.#find(txnId);
    if (!item || !isCancellable(item)) return false;
    // Out of the list first: who was busy with it takes the next one at once.
    this.#drop(txnId);
    this.#aborts.get(txnId)?.abort();
    await this.store.remove(txnId);
    // It may be waiting for its next try, and others behind it.
    this.kick();
    return true;
  }

  /** Takes back a message that the server refused. */
  async discard(txnId: string): Promise<void> {
    await this.store.remove(txnId);
    this.#drop(txnId);
  }

  /** A message stands in its chat as the server has it. */
  async arrived(txnId: string): Promise<void> {
    if (this.#find(txnId)) await this.discard(txnId);
  }

  /**
   * News came from the server. What it had when they were asked for has come with them, or lies in a
   * gap and is history; what was meant for a chat that is left goes nowhere.
   */
  async synced(isIn: (roomId: string) => boolean): Promise<void> {
    const items = this.items.get();
    const over = items.filter(({ txnId, roomId }) => this.#sentBefore.has(txnId) || !isIn(roomId));
    this.#sentBefore = sentOf(items);
    for (const { txnId } of over) {
      this.#aborts.get(txnId)?.abort();
      await this.discard(txnId);
    }
    if (over.length > 0) this.kick();
  }

  /** The network is back: whoever waits to try again tries now. */
  kick(): void {
    for (const wake of this.#wakers) wake();
  }

  stop(): void {
    this.#stopped = true;
    this.kick();
    this.store.close();
  }

  async #work(roomId: string): Promise<void> {
    if (this.#busyRooms.has(roomId)) return;
    this.#busyRooms.add(roomId);
    try {
      for (let item = this.#next(roomId); item && !this.#stopped; item = this.#next(roomId))
        await this.#bring(item);
    } finally {
      this.#busyRooms.delete(roomId);
    }
  }

  async #bring(item: OutboxItem): Promise<void> {
    const abort = new AbortController();
    this.#aborts.set(item.txnId, abort);
    await this.#tryUntilDone(item, abort);
    this.#aborts.delete(item.txnId);
  }

  async #tryUntilDone(item: OutboxItem, abort: AbortController): Promise<void> {
    let waitMs = FIRST_WAIT_MS;
    while (!this.#stopped) {
      try {
        const current = this.#find(item.txnId);
        if (!current) return;
        const eventId = await this.deliver(current, {
          save: (changed) => this.#save(changed),
          progress: (share) => {
            if (!abort.signal.aborted) this.#setProgress(item.txnId, share);
          },
          abort,
        });
        return await this.#change(item.txnId, { eventId });
      } catch (error) {
        if (abort.signal.aborted) return;
        const problem = toProblem(error);
        if (!problem.passing) return this.#change(item.txnId, { refused: problem.code });
        await this.#wait(Math.max(waitMs, problem.retryAfterMs));
        waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
      }
    }
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#wakers.delete(done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#wakers.add(done);
    });
  }

  #next(roomId: string): OutboxItem | undefined {
    return this.items
      .get()
      .find((item) => item.roomId === roomId && !item.eventId && !item.refused);
  }

  #find(txnId: string): OutboxItem | undefined {
    return this.items.get().find((item) => item.txnId === txnId);
  }

  /** What became of it. If the disk can't note that, the next start tries again with the same `txnId`. */
  async #change(txnId: string, change: Partial<OutboxItem>): Promise<void> {
    const item = this.#find(txnId);
    if (!item || this.#stopped) return;
    const changed = { ...item, ...change };
    await this.#save(changed).catch(() => {
      if (!this.#aborts.get(txnId)?.signal.aborted) this.#show(changed);
    });
  }

  async #save(item: OutboxItem): Promise<void> {
    await this.store.put(item);
    const { signal } = this.#aborts.get(item.txnId) ?? {};
    if (signal?.aborted) await this.store.remove(item.txnId);
    signal?.throwIfAborted();
    this.#show(item);
  }

  #show(item: OutboxItem): void {
    this.items.update((items) =>
      [...items.filter((other) => other.txnId !== item.txnId), item].sort((a, b) => a.seq - b.seq),
    );
  }

  #drop(txnId: string): void {
    this.items.update((items) => items.filter((item) => item.txnId !== txnId));
    this.#setProgress(txnId, null);
  }

  #setProgress(txnId: string, share: number | null): void {
    this.progress.update((old) => {
      const next = new Map(old);
      if (share === null) next.delete(txnId);
      else next.set(txnId, share);
      return next;
    });
  }
}

function sentOf(items: readonly OutboxItem[]): Set<string> {
  return new Set(items.filter(({ eventId }) => eventId).map(({ txnId }) => txnId));
}
