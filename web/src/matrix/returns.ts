import type { MatrixClient } from "matrix-js-sdk";
import type { Readable } from "@/kit/signal";
import type { Chat } from "./chatList";
import { type ChatMarks, isMuted, isPinned } from "./chatMarks";
import { keptRoomOf } from "./directChats";
import type { Drafts } from "./drafts/drafts";
import type { People } from "./people";

/**
 * Who deleted a 1:1 chat and writes anew does so in a room of its own: nobody can go back alone.
 * Who kept the chat is not asked about it, and sees one chat that goes on, pinned or muted as it was,
 * and with what is half written.
 */
export function followReturns(
  client: MatrixClient,
  people: People,
  marks: ChatMarks,
  drafts: Drafts,
  chats: Readable<readonly Chat[]>,
): void {
  const coming = new Set<string>();
  const letIn = async (chat: Chat, kept: string) => {
    if (isMuted(client, kept)) await marks.mute(chat.roomId, true);
    await people.acceptInvitation(chat);
    drafts.carry(kept, chat.roomId);
    const before = client.getRoom(kept);
    if (before && isPinned(before)) await marks.pin(chat.roomId, true);
  };
  const look = () => {
    for (const chat of chats.get()) {
      const { invitation, partner, roomId } = chat;
      if (!invitation || invitation.fromId !== partner || coming.has(roomId)) continue;
      const kept = keptRoomOf(client, partner);
      if (!kept) continue;
      coming.add(roomId);
      // Without a connection it stands in the list as an invitation, until there is news.
      void letIn(chat, kept.roomId).catch(() => coming.delete(roomId));
    }
  };
  chats.subscribe(look);
  look();
}
