import { type MatrixClient, MatrixEvent, Method } from "matrix-js-sdk";
import type { CryptoBackend } from "matrix-js-sdk/lib/common-crypto/CryptoBackend";
import { partnerOf } from "../directChats";
import { Problem } from "../problem";
import { contentOf } from "./content";
import type { Deliver } from "./outbox";

/**
 * Brings an item to the server without the SDK's own queue and local echo: they are lost at a
 * reload, and a second echo of the same message would stand in the conversation.
 */
export function deliverWith(client: MatrixClient): Deliver {
  return async (item, { save, ...tools }) => {
    const content = item.content ?? (await contentOf(client, item, tools));
    if (!item.content) await save({ ...item, content });
    const { type, body } = await encrypted(client, item.roomId, content);
    const path = `/rooms/${encodeURIComponent(item.roomId)}/send/${type}/${item.txnId}`;
    const answer = await client.http.authedRequest<{ event_id: string }>(
      Method.Put,
      path,
      undefined,
      body,
    );
    return answer.event_id;
  };
}

async function encrypted(client: MatrixClient, roomId: string, content: Record<string, unknown>) {
  const room = client.getRoom(roomId);
  // The room may not have come from the server yet, right after it was made.
  if (!room) throw new Problem("OFFLINE");
  if (!room.hasEncryptionStateEvent()) return { type: "m.room.message", body: content };
  await room.loadMembersIfNeeded();
  const partner = partnerOf(client, room);
  if (partner && !room.getMember(partner)) throw new Problem("OFFLINE");
  const event = new MatrixEvent({
    type: "m.room.message",
    content,
    room_id: roomId,
    sender: client.getSafeUserId(),
  });
  await (client.getCrypto() as CryptoBackend).encryptEvent(event, room);
  return { type: event.getWireType(), body: event.getWireContent() };
}
