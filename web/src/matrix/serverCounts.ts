import type { IndexedDBStore, ISyncResponse } from "matrix-js-sdk";
import { type Readable, Signal } from "@/kit/signal";

type Rooms = ISyncResponse["rooms"];

/**
 * What the server counts as unread in each room, noted as it passes through the SDK's store. The SDK
 * counts in encrypted rooms by itself, from what it happened to decrypt, and misses what a gap swallowed.
 */
export function serverCounts(store: IndexedDBStore): Readable<ReadonlyMap<string, number>> {
  const unread = new Signal<ReadonlyMap<string, number>>(new Map());
  const note = (rooms: Rooms | undefined) => {
    const counts = new Map(unread.get());
    for (const [roomId, room] of Object.entries(rooms?.join ?? {})) {
      const count = room.unread_notifications?.notification_count;
      if (count !== undefined) counts.set(roomId, count);
    }
    unread.set(counts);
  };
  const { setSyncData, getSavedSync } = store;
  store.setSyncData = async (data) => {
    note(data.rooms);
    await setSyncData.call(store, data);
  };
  store.getSavedSync = async () => {
    const saved = await getSavedSync.call(store);
    note(saved?.roomsData);
    return saved;
  };
  return unread;
}
