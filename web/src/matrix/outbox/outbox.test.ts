import "fake-indexeddb/auto";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Problem } from "../problem";
import type { OutboxItem } from "./item";
import { type Deliver, Outbox } from "./outbox";
import { OutboxStore, outboxName } from "./store";

const ALICE = "@alice:tea.example";
const ROOM = "!tea";

/** A server at the outer edge: it may be away, may refuse, and knows a transaction when it comes again. */
class Server {
  away = false;
  refuses: string | null = null;
  /** The answer gets lost on the way back; the message does not. */
  losesAnswer = false;
  readonly said: string[] = [];
  readonly #known = new Map<string, string>();
  attempts = 0;

  deliver: Deliver = async (item) => {
    this.attempts += 1;
    await Promise.resolve();
    if (this.away) throw new Problem("OFFLINE");
    const text = wording(item);
    if (text === this.refuses) throw new Problem("M_FORBIDDEN", 403);
    const known = this.#known.get(item.txnId);
    if (known) return known;
    this.#known.set(item.txnId, `$${this.said.length}`);
    this.said.push(text);
    if (this.losesAnswer) {
      this.losesAnswer = false;
      throw new Problem("OFFLINE");
    }
    return this.#known.get(item.txnId) ?? "";
  };
}

const wording = (item: OutboxItem) =>
  item.draft.kind === "text" ? item.draft.text : item.draft.name;
const text = (words: string) => ({ kind: "text", text: words }) as const;

let server: Server;

async function open(): Promise<Outbox> {
  const outbox = new Outbox(await OutboxStore.open(ALICE), server.deliver);
  await outbox.start();
  return outbox;
}

/** The page is closed: nothing runs on, what is on disk stays. */
function closePage(outbox: Outbox): void {
  outbox.stop();
}

const settled = (outbox: Outbox) =>
  vi.waitFor(() =>
    expect(outbox.items.get().every((item) => item.eventId ?? item.refused)).toBe(true),
  );

beforeEach(() => {
  server = new Server();
  indexedDB.deleteDatabase(outboxName(ALICE));
});

describe("the queue of messages", () => {
  it("brings the messages of a chat in the order of writing", async () => {
    const outbox = await open();
    for (const words of ["one", "two", "three"]) await outbox.send(ROOM, text(words));
    await settled(outbox);
    expect(server.said).toEqual(["one", "two", "three"]);
    closePage(outbox);
  });

  it("keeps what was written while the server was away, over a reload", async () => {
    server.away = true;
    const before = await open();
    await before.send(ROOM, text("one"));
    await before.send(ROOM, text("two"));
    closePage(before);

    server.away = false;
    const after = await open();
    await settled(after);
    expect(server.said).toEqual(["one", "two"]);
    closePage(after);
  });

  it("brings a message once, although its first answer was lost", async () => {
    server.losesAnswer = true;
    const outbox = await open();
    await outbox.send(ROOM, text("once"));
    await outbox.send(ROOM, text("next"));
    await settled(outbox);
    expect(server.said).toEqual(["once", "next"]);
    expect(server.attempts).toBe(3);
    closePage(outbox);
  });

  it("repeats with the same transaction after a reload in the middle", async () => {
    server.losesAnswer = true;
    const before = await open();
    await before.send(ROOM, text("once"));
    await vi.waitFor(() => expect(server.said).toEqual(["once"]));
    closePage(before);

    const after = await open();
    await settled(after);
    expect(server.said).toEqual(["once"]);
    closePage(after);
  });

  it("lets the next one go when the server refuses one, and tries that again only when asked", async () => {
    server.refuses = "rude";
    const outbox = await open();
    await outbox.send(ROOM, text("rude"));
    await outbox.send(ROOM, text("kind"));
    await settled(outbox);
    expect(server.said).toEqual(["kind"]);
    const refused = outbox.items.get().find((item) => item.refused);
    expect(refused && wording(refused)).toBe("rude");

    server.refuses = null;
    await outbox.retry(refused?.txnId ?? "");
    await settled(outbox);
    expect(server.said).toEqual(["kind", "rude"]);
    closePage(outbox);
  });

  it("forgets what its writer discards", async () => {
    server.refuses = "rude";
    const outbox = await open();
    await outbox.send(ROOM, text("rude"));
    await settled(outbox);
    await outbox.discard(outbox.items.get()[0]?.txnId ?? "");
    closePage(outbox);
    const later = await open();
    expect(later.items.get()).toEqual([]);
    closePage(later);
  });

  it("does not hold up one chat for another", async () => {
    const slow: Deliver = (item, tools) =>
      item.roomId === "!slow" ? new Promise(() => {}) : server.deliver(item, tools);
    const outbox = new Outbox(await OutboxStore.open(ALICE), slow);
    await outbox.send("!slow", text("waits"));
    await outbox.send(ROOM, text("goes"));
    await vi.waitFor(() => expect(server.said).toEqual(["goes"]));
    closePage(outbox);
  });

  it("tries at once when the connection is back", async () => {
    server.away = true;
    const outbox = await open();
    await outbox.send(ROOM, text("hello"));
    await vi.waitFor(() => expect(server.attempts).toBe(1));
    server.away = false;
    outbox.kick();
    await settled(outbox);
    expect(server.said).toEqual(["hello"]);
    closePage(outbox);
  });

  it("does not upload twice what it has uploaded", async () => {
    let uploads = 0;
    const deliver: Deliver = async (item, tools) => {
      if (!item.content) {
        uploads += 1;
        await tools.save({ ...item, content: { body: "menu.pdf" } });
      }
      return server.deliver(item, tools);
    };
    server.losesAnswer = true;
    const outbox = new Outbox(await OutboxStore.open(ALICE), deliver);
    await outbox.send(ROOM, {
      kind: "file",
      blob: new Blob(["x"]),
      name: "menu.pdf",
      type: "text/plain",
    });
    await settled(outbox);
    expect(uploads).toBe(1);
    expect(server.said).toEqual(["menu.pdf"]);
    closePage(outbox);
  });

  it("stops what its writer cancels before its file is there, and goes on with the next", async () => {
    const menu = { kind: "file", blob: new Blob(["x"]), name: "menu.pdf", type: "" } as const;
    const deliver: Deliver = async (item, tools) => {
      if (item.draft.kind === "text") return server.deliver(item, tools);
      tools.progress(0.3);
      return new Promise((_, reject) =>
        tools.abort.signal.addEventListener("abort", () => reject(new Error("aborted"))),
      );
    };
    const outbox = new Outbox(await OutboxStore.open(ALICE), deliver);
    await outbox.send(ROOM, menu);
    await outbox.send(ROOM, text("next"));
    await vi.waitFor(() => expect(outbox.progress.get().size).toBe(1));
    expect(await outbox.cancel(outbox.items.get()[0]?.txnId ?? "")).toBe(true);
    await settled(outbox);
    expect(server.said).toEqual(["next"]);
    expect(outbox.items.get().map(wording)).toEqual(["next"]);
    expect(outbox.progress.get().size).toBe(0);
    closePage(outbox);
    const later = await open();
    expect(later.items.get().map(wording)).toEqual(["next"]);
    closePage(later);
  });

  it("does not send what was cancelled while its content was being kept", async () => {
    let cancelled: Promise<boolean> | undefined;
    const deliver: Deliver = async (item, tools) => {
      const kept = tools.save({ ...item, content: { body: "menu.pdf" } });
      cancelled = outbox.cancel(item.txnId);
      await kept;
      return server.deliver(item, tools);
    };
    const outbox = new Outbox(await OutboxStore.open(ALICE), deliver);
    await outbox.send(ROOM, text("too much"));
    await vi.waitFor(() => expect(outbox.items.get()).toEqual([]));
    expect(await cancelled).toBe(true);
    expect(server.said).toEqual([]);
    closePage(outbox);
    const later = await open();
    expect(later.items.get()).toEqual([]);
    closePage(later);
  });

  it("does not cancel what may have been sent", async () => {
    const deliver: Deliver = async (item, tools) => {
      if (!item.content) await tools.save({ ...item, content: { body: "menu.pdf" } });
      return server.deliver(item, tools);
    };
    server.away = true;
    const outbox = new Outbox(await OutboxStore.open(ALICE), deliver);
    await outbox.send(ROOM, text("on its way"));
    await vi.waitFor(() => expect(server.attempts).toBe(1));
    expect(await outbox.cancel(outbox.items.get()[0]?.txnId ?? "")).toBe(false);
    server.away = false;
    outbox.kick();
    await settled(outbox);
    expect(server.said).toEqual(["on its way"]);
    closePage(outbox);
  });

  it("says why the server refused", async () => {
    server.refuses = "rude";
    const outbox = await open();
    await outbox.send(ROOM, text("rude"));
    await settled(outbox);
    expect(outbox.items.get()[0]?.refused).toBe("M_FORBIDDEN");
    closePage(outbox);
  });

  it("goes on although the disk can't note what became of a message", async () => {
    const store = await OutboxStore.open(ALICE);
    const outbox = new Outbox(store, server.deliver);
    const put = store.put.bind(store);
    vi.spyOn(store, "put").mockImplementation(async (item) => {
      if (item.eventId || item.refused) throw new DOMException("full", "QuotaExceededError");
      await put(item);
    });
    server.refuses = "rude";
    await outbox.send(ROOM, text("rude"));
    await outbox.send(ROOM, text("kind"));
    await settled(outbox);
    await outbox.send(ROOM, text("kinder"));
    await settled(outbox);
    expect(server.said).toEqual(["kind", "kinder"]);
    closePage(outbox);
  });
});

describe("what the server has", () => {
  const isIn = () => true;

  it("goes from the queue when it stands in the chat, also before the answer comes", async () => {
    server.losesAnswer = true;
    const outbox = await open();
    await outbox.send(ROOM, text("once"));
    await vi.waitFor(() => expect(server.said).toEqual(["once"]));
    await outbox.arrived(outbox.items.get()[0]?.txnId ?? "");
    await outbox.arrived("of another device");
    expect(outbox.items.get()).toEqual([]);
    closePage(outbox);
    const later = await open();
    expect(later.items.get()).toEqual([]);
    closePage(later);
  });

  it("goes with the news that were asked for after it was sent, though it lies in a gap", async () => {
    const outbox = await open();
    await outbox.send(ROOM, text("long ago"));
    await settled(outbox);
    await outbox.synced(isIn);
    expect(outbox.items.get().map(wording)).toEqual(["long ago"]);
    server.away = true;
    await outbox.send(ROOM, text("waits"));
    await outbox.synced(isIn);
    expect(outbox.items.get().map(wording)).toEqual(["waits"]);
    closePage(outbox);
  });

  it("goes with the first news of a later visit", async () => {
    const before = await open();
    await before.send(ROOM, text("long ago"));
    await settled(before);
    closePage(before);
    const after = await open();
    expect(after.items.get().map(wording)).toEqual(["long ago"]);
    await after.synced(isIn);
    expect(after.items.get()).toEqual([]);
    closePage(after);
  });

  it("is not waited for in a chat that one has left", async () => {
    server.away = true;
    const outbox = await open();
    await outbox.send("!left", text("too late"));
    await outbox.send(ROOM, text("in time"));
    await outbox.synced((roomId) => roomId === ROOM);
    server.away = false;
    outbox.kick();
    await settled(outbox);
    expect(server.said).toEqual(["in time"]);
    expect(outbox.items.get().map(wording)).toEqual(["in time"]);
    closePage(outbox);
  });
});
