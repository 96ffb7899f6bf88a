// Two people whose client is matrix-js-sdk: one reads by /sync, the other by sliding sync.
// Run with the server's address, two user IDs, and their password; says "done" at the end.
import "./older_node.mjs";
import { setTimeout } from "node:timers/promises";
import { ClientEvent, createClient, MatrixEventEvent, Preset, RoomEvent } from "matrix-js-sdk";
import { logger } from "matrix-js-sdk/lib/logger.js";
import { SlidingSync } from "matrix-js-sdk/lib/sliding-sync.js";

logger.setLevel("silent");

const [baseUrl, reader, slider, password] = process.argv.slice(2);

const LISTS = new Map([
  [
    "all",
    { ranges: [[0, 20]], timeline_limit: 20, required_state: [["*", "*"]], sort: ["by_recency"] },
  ],
]);

async function signedIn(userId) {
  const anyone = createClient({ baseUrl });
  const answer = await anyone.loginRequest({
    type: "m.login.password",
    identifier: { type: "m.id.user", user: userId },
    password,
  });
  const client = createClient({
    baseUrl,
    userId,
    deviceId: answer.device_id,
    accessToken: answer.access_token,
  });
  await client.initRustCrypto({ useIndexedDB: false });
  return client;
}

/** The text, once the client has it and could decrypt it. */
function heard(client, roomId, body) {
  const has = (event) => event.getRoomId() === roomId && event.getContent().body === body;
  return new Promise((resolve) => {
    const look = (event) => has(event) && resolve(event);
    client.on(RoomEvent.Timeline, look);
    client.on(MatrixEventEvent.Decrypted, look);
    client.getRoom(roomId)?.getLiveTimeline().getEvents().forEach(look);
  });
}

/** Returns once the room has so many members and is encrypted, to the SDK's encryption too. */
async function complete(client, roomId, count) {
  for (;;) {
    const room = client.getRoom(roomId);
    const crypto = client.getCrypto();
    if (room?.getJoinedMembers().length === count && room.hasEncryptionStateEvent()) {
      if (await crypto.isEncryptionEnabledInRoom(roomId)) return;
    }
    // The SDK tells of the room before its encryption has heard of it, and not afterwards.
    await setTimeout(20);
  }
}

function once(client, event, wanted) {
  return new Promise((resolve) => {
    client.on(event, (...values) => wanted(...values) && resolve(values));
  });
}

function same(found, expected) {
  if (found !== expected) throw new Error(`${found} is not ${expected}`);
}

const alice = await signedIn(reader);
const bob = await signedIn(slider);

await alice.startClient({ initialSyncLimit: 10 });
await once(alice, ClientEvent.Sync, (state) => state === "PREPARED");

const slidingSync = new SlidingSync(baseUrl, LISTS, { timeline_limit: 20 }, bob, 10_000);
const invited = once(bob, ClientEvent.Room, (room) => room.getMyMembership() === "invite");
await bob.startClient({ slidingSync });

const { room_id: roomId } = await alice.createRoom({
  preset: Preset.TrustedPrivateChat,
  invite: [slider],
  initial_state: [
    { type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } },
  ],
});
await invited;
await bob.joinRoom(roomId);
await Promise.all([complete(alice, roomId, 2), complete(bob, roomId, 2)]);

const asked = heard(bob, roomId, "一壶乌龙");
await alice.sendTextMessage(roomId, "一壶乌龙");
same((await asked).isEncrypted(), true);

const answered = heard(alice, roomId, "马上就来");
await bob.sendTextMessage(roomId, "马上就来");
same((await answered).isEncrypted(), true);

const reaction = once(alice, RoomEvent.Timeline, (event) => event.getType() === "m.reaction");
const { event } = await asked;
await bob.sendEvent(roomId, "m.reaction", {
  "m.relates_to": { rel_type: "m.annotation", event_id: event.event_id, key: "🍵" },
});
await reaction;

const read = once(alice, RoomEvent.Receipt, (_event, room) =>
  room.hasUserReadEvent(slider, event.event_id),
);
await bob.sendReadReceipt(await asked);
await read;

alice.stopClient();
bob.stopClient();
console.log("done");
process.exit(0);
