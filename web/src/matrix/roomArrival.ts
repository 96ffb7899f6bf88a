import { ClientEvent, type MatrixClient, RoomStateEvent } from "matrix-js-sdk";
import { KnownMembership } from "matrix-js-sdk/lib/types";

const PATIENCE_MS = 10_000;

/**
 * Resolves when this device knows a new room with all who were invited to it. Whoever is not known
 * yet gets no key for the first message and could not read it.
 */
export function roomArrival(
  client: MatrixClient,
  roomId: string,
  userIds: readonly string[],
): Promise<void> {
  const here: (string | undefined)[] = [KnownMembership.Invite, KnownMembership.Join];
  const complete = () => {
    const room = client.getRoom(roomId);
    return !!room && userIds.every((id) => here.includes(room.getMember(id)?.membership));
  };
  return new Promise((resolve) => {
    const look = () => complete() && done();
    const done = () => {
      clearTimeout(timer);
      client.off(RoomStateEvent.Members, look);
      client.off(ClientEvent.Room, look);
      resolve();
    };
    // Without a connection the message waits anyway; its way out looks again.
    const timer = setTimeout(done, PATIENCE_MS);
    client.on(RoomStateEvent.Members, look);
    client.on(ClientEvent.Room, look);
    look();
  });
}
