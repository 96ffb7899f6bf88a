import { EventEmitter } from "node:events";
import { type MatrixClient, RoomEvent } from "matrix-js-sdk";
import { beforeEach, expect, it, vi } from "vitest";
import { Drafts } from "./drafts";
import { DRAFT_TYPE, draftKey, type SealedDraft, seal } from "./sealed";

const ROOM = "!tea:tea.example";
const KEY = new Uint8Array(32).fill(7);

/** One device's view of the server's account data, at the outer edge. */
class Device extends EventEmitter {
  content: SealedDraft | null = null;
  writes = 0;
  away = false;
  backupKey: Uint8Array | null = KEY;

  getSafeUserId = () => "@lan:tea.example";
  getCrypto = () => ({ getSessionBackupPrivateKey: async () => this.backupKey });
  getRooms = () => [this.room];
  room = {
    roomId: ROOM,
    getAccountData: () => this.content && { getContent: () => this.content },
  };
  setRoomAccountData = async (_room: string, _type: string, content: SealedDraft) => {
    if (this.away) throw new Error("offline");
    this.writes += 1;
    this.content = content;
  };

  async hears(text: string, atMs: number): Promise<void> {
    this.content = await seal(await draftKey(KEY), ROOM, { text, atMs });
    this.emit(RoomEvent.AccountData, { getType: () => DRAFT_TYPE }, this.room);
  }
}

let device: Device;
const open = () => new Drafts(device as unknown as MatrixClient);
const textOf = (drafts: Drafts) => drafts.texts.get().get(ROOM) ?? "";

beforeEach(() => {
  localStorage.clear();
  device = new Device();
});

it("keeps what is written at once, and over a reload", () => {
  open().write(ROOM, "half a ");
  expect(textOf(open())).toBe("half a ");
});

it("brings it to the other devices, and what is sent at once not at all", async () => {
  const drafts = open();
  drafts.write(ROOM, "half");
  drafts.write(ROOM, "");
  await drafts.flush();
  expect(device.writes).toBe(0);
  drafts.write(ROOM, "half");
  await drafts.flush();
  await drafts.flush();
  expect(device.writes).toBe(1);
  localStorage.clear();
  const other = open();
  await other.look();
  expect(textOf(other)).toBe("half");
});

it("takes what another device wrote later, and keeps what it wrote itself", async () => {
  const drafts = open();
  drafts.write(ROOM, "mine");
  await device.hears("older", 1);
  await new Promise((done) => setTimeout(done, 50));
  expect(textOf(drafts)).toBe("mine");
  await device.hears("later", Date.now() + 60_000);
  await vi.waitFor(() => expect(textOf(drafts)).toBe("later"));
  // Its own clock goes slow; what is typed now is later all the same.
  drafts.write(ROOM, "later still");
  await drafts.flush();
  const other = open();
  await other.look();
  expect(textOf(other)).toBe("later still");
  await device.hears("", Date.now() + 120_000);
  await vi.waitFor(() => expect(textOf(drafts)).toBe(""));
});

it("tries again what did not go, also after a reload", async () => {
  device.away = true;
  const drafts = open();
  drafts.write(ROOM, "half");
  await drafts.flush();
  device.away = false;
  await open().look();
  expect(device.writes).toBe(1);
});

it("carries what is half written along with a chat, but over nothing", () => {
  const drafts = open();
  drafts.write(ROOM, "half");
  drafts.carry(ROOM, "!new:tea.example");
  drafts.carry(ROOM, "!new:tea.example");
  expect(drafts.texts.get().get("!new:tea.example")).toBe("half");
  expect(textOf(drafts)).toBe("");
  drafts.write(ROOM, "another");
  drafts.carry(ROOM, "!new:tea.example");
  expect(drafts.texts.get().get("!new:tea.example")).toBe("half");
  expect(textOf(drafts)).toBe("another");
});

it("tells nobody without the key of the backup", async () => {
  device.backupKey = null;
  const drafts = open();
  drafts.write(ROOM, "half");
  await drafts.flush();
  await drafts.look();
  expect(device.writes).toBe(0);
  expect(textOf(drafts)).toBe("half");
});
