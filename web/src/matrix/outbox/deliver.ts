import { type MatrixClient, MatrixEvent, Method, type Room } from "matrix-js-sdk";
import type { CryptoBackend } from "matrix-js-sdk/lib/common-crypto/CryptoBackend";
import { askBack, partnerOf, successorOf } from "../directChats";
import { encryptFromNow, isEncrypted } from "../encryption";
import { Problem } from "../problem";
import { contentOf } from "./content";
import type { Deliver } from "./outbox";

/**
 * Brings an item to the server without the SDK's own queue and local echo: they are lost at a
 * reload, and a second echo of the same message would stand in the conversation.
 */
export function deliverWith(client: MatrixClient): Deliver {
  return async (item, { save, ...tools }) => {
    const meant = client.getRoom(item.roomId);
    // The room may not have come from the server yet, right after it was made.
    if (!meant) throw new Problem("OFFLINE");
    const room = successorOf(client, meant) ?? meant;
    const sealIt = await prepare(client, room);
    const content = item.content ?? (await contentOf(client, item, { sealIt, ...tools }));
    if (!item.content) await save({ ...item, content });
    const { type, body } = sealIt
      ? await encrypted(client, room, content)
      : { type: "m.room.message", body: content };
    const path = `/rooms/${encodeURIComponent(room.roomId)}/send/${type}/${item.txnId}`;
    const answer = await client.http.authedRequest<{ event_id: string }>(
      Method.Put,
      path,
      undefined,
      body,
    );
    return answer.event_id;
  };
}

/** Sees to it that a 1:1 chat has two people and is encrypted. True when what is sent is to be. */
async function prepare(client: MatrixClient, room: Room): Promise<boolean> {
  await room.loadMembersIfNeeded();
  const partner = partnerOf(client, room);
  if (partner) await askBack(client, room, partner);
  if (await isEncrypted(client, room)) return true;
  if (!partner) return false;
  await encryptFromNow(client, room);
  return true;
}

async function encrypted(client: MatrixClient, room: Room, content: Record<string, unknown>) {
  const event = new MatrixEvent({
    type: "m.room.message",
    content,
    room_id: room.roomId,
    sender: client.getSafeUserId(),
  });
  await (client.getCrypto() as CryptoBackend).encryptEvent(event, room);
  return { type: event.getWireType(), body: event.getWireContent() };
}
