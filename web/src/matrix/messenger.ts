import { ClientEvent, HttpApiEvent, type MatrixClient } from "matrix-js-sdk";
import { batched } from "@/kit/batch";
import { serverOf } from "@/kit/names";
import type { Readable } from "@/kit/signal";
import { Account } from "./account";
import { Announced } from "./announced";
import { logout } from "./auth";
import { isBackedUp } from "./backedUp";
import { ChatList } from "./chatList";
import { ChatMarks } from "./chatMarks";
import { Connection } from "./connection";
import { successorOf } from "./directChats";
import { Drafts } from "./drafts/drafts";
import { Group } from "./group";
import { LateKeys } from "./lateKeys";
import { forgetMedia } from "./media/mediaCache";
import { MediaStore } from "./media/mediaStore";
import { Notifications } from "./notifications";
import { cryptoPrefix, openClient, RecoveryKeyHolder, startClient } from "./openClient";
import { deliverWith } from "./outbox/deliver";
import { followEchoes } from "./outbox/echoes";
import { Outbox } from "./outbox/outbox";
import { OutboxStore, outboxName } from "./outbox/store";
import { People } from "./people";
import { forgetPush } from "./push/browser";
import { Recovery } from "./recovery";
import { followReturns } from "./returns";
import { endedElsewhere, endSession, type Session } from "./session";
import { RecalledWords } from "./timeline/again";
import { Conversation } from "./timeline/conversation";

/** What came is written to this device soon after, so that the app opens offline with it. */
const KEEP_AFTER_MS = 2_000;

export interface Losses {
  unsent: number;
  closes: boolean;
}

/** All that a signed-in person can do; the one thing that the features get from this folder. */
export class Messenger {
  readonly account: Account;
  readonly chatList: ChatList;
  readonly connection: Connection;
  readonly drafts: Drafts;
  readonly marks: ChatMarks;
  readonly media: MediaStore;
  readonly notifications: Notifications;
  readonly people: People;
  readonly server: string;
  readonly #announced: Announced;
  readonly #recalledWords = new RecalledWords();
  private readonly stopKeeping: () => void;

  private constructor(
    private readonly client: MatrixClient,
    readonly session: Session,
    readonly outbox: Outbox,
    readonly recovery: Recovery,
    private readonly lateKeys: LateKeys,
    unread: Readable<ReadonlyMap<string, number>>,
  ) {
    this.account = new Account(client);
    this.chatList = new ChatList(client, unread, outbox.items);
    this.connection = new Connection(client);
    this.drafts = new Drafts(client);
    this.marks = new ChatMarks(client);
    this.media = new MediaStore(client);
    this.notifications = new Notifications(session);
    this.#announced = new Announced(
      this.chatList.chats,
      (roomId, eventId) => !!client.getRoom(roomId)?.findEventById(eventId),
    );
    this.people = new People(client);
    followReturns(client, this.people, this.marks, this.drafts, this.chatList.chats);
    this.server = serverOf(session.userId);
    this.stopKeeping = keepOnDevice(client);
    this.connection.onBack(() => {
      outbox.kick();
      lateKeys.tryNow();
      void this.drafts.flush();
    });
    // With the recovery key comes the one that opens the drafts of other devices.
    recovery.locked.subscribe(() => void this.drafts.look());
  }

  static async open(session: Session): Promise<Messenger> {
    const holder = new RecoveryKeyHolder();
    const { client, unread } = await openClient(session, holder);
    const outbox = new Outbox(await OutboxStore.open(session.userId), deliverWith(client));
    try {
      return await Messenger.#start(client, session, outbox, holder, unread);
    } catch (error) {
      outbox.stop();
      client.stopClient();
      throw error;
    }
  }

  static async #start(
    client: MatrixClient,
    session: Session,
    outbox: Outbox,
    holder: RecoveryKeyHolder,
    unread: Readable<ReadonlyMap<string, number>>,
  ): Promise<Messenger> {
    // After a gap, older pages are fetched again instead of being stitched to what is in memory.
    client.setCanResetTimelineCallback(() => true);
    client.on(HttpApiEvent.SessionLoggedOut, () => {
      endedElsewhere.set(true);
      void forget(client, session);
    });
    followEchoes(client, outbox);
    const lateKeys = new LateKeys(client);
    await startClient(client);
    const messenger = new Messenger(
      client,
      session,
      outbox,
      new Recovery(client, holder, lateKeys),
      lateKeys,
      unread,
    );
    await outbox.start();
    void messenger.recovery.look().catch(() => {});
    void messenger.drafts.look().catch(() => {});
    void messenger.notifications.keepUp().catch(() => {});
    return messenger;
  }

  /** Signs out where no messenger opened. The page begins anew: what half opened holds its stores. */
  static async abandon(session: Session): Promise<void> {
    await logout(session).catch(() => {});
    await forgetPush().catch(() => {});
    await forgetMedia().catch(() => {});
    endSession(session);
    location.replace("/");
  }

  /** Null when there is no such chat, or not yet. */
  conversation(roomId: string): Conversation | null {
    const room = this.client.getRoom(roomId);
    return room && new Conversation(this.client, room, this.outbox, this.#recalledWords);
  }

  /** Where a chat is now whose other person began anew. */
  movedTo(roomId: string): string | null {
    const room = this.client.getRoom(roomId);
    return (room && successorOf(this.client, room)?.roomId) ?? null;
  }

  group(roomId: string): Group | null {
    const room = this.client.getRoom(roomId);
    return room && new Group(this.client, room);
  }

  /** What would go with this device for good: messages not sent, and what no other device could read. */
  async losses(): Promise<Losses> {
    const unsent = this.outbox.items.get().filter(({ eventId }) => !eventId).length;
    return { unsent, closes: !(await isBackedUp(this.client)) };
  }

  /** Leaves nothing of the person on this device, also when the server can't be told. */
  async signOut(): Promise<void> {
    this.#rest();
    await this.client.logout(true).catch(() => {});
    await forget(this.client, this.session);
  }

  /** For the moment when another tab takes over. */
  pause(): void {
    this.#rest();
    this.client.stopClient();
  }

  #rest(): void {
    this.stopKeeping();
    this.connection.stop();
    this.drafts.stop();
    this.notifications.stop();
    this.#announced.stop();
    this.lateKeys.stop();
    this.outbox.stop();
  }
}

/** Returns what ends it: the store of a session that is over would delete that of the next. */
function keepOnDevice(client: MatrixClient): () => void {
  const keep = batched(() => void client.store.save(true), KEEP_AFTER_MS);
  const hide = () => {
    if (document.visibilityState === "hidden") keep.flush();
  };
  client.on(ClientEvent.Sync, keep);
  document.addEventListener("visibilitychange", hide);
  return () => {
    keep.cancel();
    client.off(ClientEvent.Sync, keep);
    document.removeEventListener("visibilitychange", hide);
  };
}

async function forget(client: MatrixClient, session: Session): Promise<void> {
  client.stopClient();
  await forgetPush().catch(() => {});
  await client.clearStores({ cryptoDatabasePrefix: cryptoPrefix(session) }).catch(() => {});
  indexedDB.deleteDatabase(outboxName(session.userId));
  await forgetMedia().catch(() => {});
  endSession(session);
}
