import { EventType, type MatrixClient, Preset, Visibility } from "matrix-js-sdk";
import { KnownMembership } from "matrix-js-sdk/lib/types";
import { localpart } from "@/kit/names";
import type { Chat } from "./chatList";
import { directRoomWith, markDirect } from "./directChats";
import { ENCRYPTED } from "./encryption";
import { toProblem } from "./problem";
import { roomArrival } from "./roomArrival";
import type { Person } from "./timeline/message";

const ENCRYPTION = { type: EventType.RoomEncryption, state_key: "", content: ENCRYPTED };

/** Finding people, and making chats with them. */
export class People {
  constructor(private readonly client: MatrixClient) {}

  /** Null when there is no such person. */
  async find(userId: string): Promise<Person | null> {
    try {
      const profile = await this.client.getProfileInfo(userId);
      return {
        userId,
        name: profile.displayname || localpart(userId),
        face: profile.avatar_url ?? null,
      };
    } catch (error) {
      if (toProblem(error).status === 404) return null;
      throw toProblem(error);
    }
  }

  /** The chat with a person: the one that is there, or asked for, or a new one. Returns its room id. */
  async chatWith(userId: string): Promise<string> {
    const known = directRoomWith(this.client, userId);
    if (known?.getMyMembership() === KnownMembership.Invite)
      await this.#enter(known.roomId, userId);
    if (known) return known.roomId;
    const { room_id } = await this.client.createRoom({
      preset: Preset.TrustedPrivateChat,
      visibility: Visibility.Private,
      is_direct: true,
      invite: [userId],
      initial_state: [ENCRYPTION],
    });
    await markDirect(this.client, userId, room_id);
    await roomArrival(this.client, room_id, [userId]);
    return room_id;
  }

  async makeGroup(name: string, userIds: string[]): Promise<string> {
    const { room_id } = await this.client.createRoom({
      preset: Preset.PrivateChat,
      visibility: Visibility.Private,
      name,
      invite: userIds,
      initial_state: [ENCRYPTION],
      // As people know it: every member may bring somebody in.
      power_level_content_override: { invite: 0 },
    });
    await roomArrival(this.client, room_id, userIds);
    return room_id;
  }

  async acceptInvitation(chat: Chat): Promise<void> {
    await this.#enter(chat.roomId, chat.partner);
  }

  async declineInvitation(chat: Chat): Promise<void> {
    await this.client.leave(chat.roomId);
    await this.client.forget(chat.roomId);
  }

  async #enter(roomId: string, partner: string | null): Promise<void> {
    await this.client.joinRoom(roomId);
    if (partner) await markDirect(this.client, partner, roomId);
  }
}

/** Until contact requests exist, one's contacts are the people of one's 1:1 chats. */
export function contactsOf(
  chats: readonly Chat[],
  locale: string,
): { person: Person; roomId: string }[] {
  const seen = new Map<string, { person: Person; roomId: string }>();
  for (const { partner, name, face, roomId, invitation } of chats) {
    if (!partner || invitation || seen.has(partner)) continue;
    seen.set(partner, { person: { userId: partner, name, face }, roomId });
  }
  const order = new Intl.Collator(locale);
  return [...seen.values()].sort((a, b) => order.compare(a.person.name, b.person.name));
}
