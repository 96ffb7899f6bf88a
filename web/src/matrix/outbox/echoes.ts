import { ClientEvent, type MatrixClient, RoomEvent, SyncState } from "matrix-js-sdk";
import { KnownMembership } from "matrix-js-sdk/lib/types";
import type { Outbox } from "./outbox";

/** Tells the outbox what the server has of it, and which chats one is in. */
export function followEchoes(client: MatrixClient, outbox: Outbox): void {
  const isIn = (roomId: string) =>
    client.getRoom(roomId)?.getMyMembership() === KnownMembership.Join;
  client.on(RoomEvent.Timeline, (event) => {
    const { transaction_id: txnId } = event.getUnsigned();
    if (txnId) void outbox.arrived(txnId).catch(() => {});
  });
  client.on(ClientEvent.Sync, (state) => {
    if (state === SyncState.Syncing) void outbox.synced(isIn).catch(() => {});
  });
}
