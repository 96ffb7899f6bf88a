import {
  ClientEvent,
  createClient,
  IndexedDBStore,
  type MatrixClient,
  SyncState,
} from "matrix-js-sdk";
import type { Readable } from "@/kit/signal";
import { quietLogger } from "./quietLogger";
import { serverCounts } from "./serverCounts";
import type { Session } from "./session";

const FIRST_MESSAGES = 30;

export function cryptoPrefix(session: Session): string {
  return `teahouse:${session.userId}:${session.deviceId}`;
}

/** Holds the recovery key for the short time in which it is asked for. */
export class RecoveryKeyHolder {
  #key: Uint8Array<ArrayBuffer> | null = null;

  async during<T>(key: Uint8Array<ArrayBuffer>, work: () => Promise<T>): Promise<T> {
    this.#key = key;
    try {
      return await work();
    } finally {
      this.#key = null;
    }
  }

  answer = async ({
    keys,
  }: {
    keys: Record<string, unknown>;
  }): Promise<[string, Uint8Array<ArrayBuffer>] | null> => {
    const keyId = Object.keys(keys)[0];
    return this.#key && keyId ? [keyId, this.#key] : null;
  };
}

export interface Opened {
  client: MatrixClient;
  unread: Readable<ReadonlyMap<string, number>>;
}

export async function openClient(session: Session, holder: RecoveryKeyHolder): Promise<Opened> {
  const store = new IndexedDBStore({
    indexedDB: window.indexedDB,
    dbName: `teahouse:${session.userId}`,
    localStorage: window.localStorage,
  });
  const unread = serverCounts(store);
  const client = createClient({
    baseUrl: window.location.origin,
    userId: session.userId,
    deviceId: session.deviceId,
    accessToken: session.accessToken,
    store,
    logger: quietLogger,
    useAuthorizationHeader: true,
    cryptoCallbacks: { getSecretStorageKey: holder.answer },
  });
  await store.startup();
  await hurryBackup();
  await client.initRustCrypto({ cryptoDatabasePrefix: cryptoPrefix(session) });
  return { client, unread };
}

/**
 * A new message key goes to the backup within a second instead of ten, so that a device that signs
 * in right after can read everything.
 */
async function hurryBackup(): Promise<void> {
  const { RustBackupManager } = await import("matrix-js-sdk/lib/rust-crypto/backup");
  Object.assign(RustBackupManager, { maxBackupLoopStartDelayMillis: 1_000 });
}

/** Resolves when there is something to show: from this device's store, or from the server. */
export async function startClient(client: MatrixClient): Promise<void> {
  const shown = new Promise<void>((resolve) => {
    const look = (state: SyncState) => {
      if (state !== SyncState.Prepared && state !== SyncState.Syncing) return;
      client.off(ClientEvent.Sync, look);
      resolve();
    };
    client.on(ClientEvent.Sync, look);
  });
  await client.startClient({ initialSyncLimit: FIRST_MESSAGES, lazyLoadMembers: true });
  await shown;
}
