import { EventType, type MatrixClient, type Room, RoomStateEvent } from "matrix-js-sdk";
import { Problem, toProblem } from "./problem";

export const ENCRYPTED = { algorithm: "m.megolm.v1.aes-sha2" } as const;
const PATIENCE_MS = 10_000;

/** What was encrypted once stays so on this device, whatever state the server tells of. */
export async function isEncrypted(client: MatrixClient, room: Room): Promise<boolean> {
  const known = client.getCrypto()?.isEncryptionEnabledInRoom(room.roomId);
  return room.hasEncryptionStateEvent() || (await known) === true;
}

/**
 * For a 1:1 chat that another app made without: from now on what is written there is encrypted.
 * Errors: NOT_ENCRYPTED when this person may not change that.
 */
export async function encryptFromNow(client: MatrixClient, room: Room): Promise<void> {
  const me = client.getSafeUserId();
  if (!room.currentState.maySendStateEvent(EventType.RoomEncryption, me))
    throw new Problem("NOT_ENCRYPTED", 403);
  await client.sendStateEvent(room.roomId, EventType.RoomEncryption, ENCRYPTED).catch((error) => {
    throw toProblem(error);
  });
  await arrival(room);
  if (!room.hasEncryptionStateEvent()) throw new Problem("OFFLINE");
}

function arrival(room: Room): Promise<void> {
  return new Promise((resolve) => {
    const look = () => room.hasEncryptionStateEvent() && done();
    const done = () => {
      clearTimeout(timer);
      room.off(RoomStateEvent.Events, look);
      resolve();
    };
    const timer = setTimeout(done, PATIENCE_MS);
    room.on(RoomStateEvent.Events, look);
    look();
  });
}
