import { EventType, type MatrixClient, type Room } from "matrix-js-sdk";
import type { MessageBody } from "../messageBody";

/** How long a person may take back what they said: words, and what they sent as a file. */
const WORDS_MS = 2 * 60_000;
const FILES_MS = 3 * 3_600_000;

/** What one may take back in a chat. */
export interface RecallRights {
  own: boolean;
  /** In a group, of whoever looks after it; in a chat of two nobody may take back the other's words. */
  anyone: boolean;
}

export const NO_RIGHTS: RecallRights = { own: false, anyone: false };

export function recallRights(client: MatrixClient, room: Room, group: boolean): RecallRights {
  const me = client.getSafeUserId();
  const own = room.currentState.maySendEvent(EventType.RoomRedaction, me);
  const level = room.getMember(me)?.powerLevel ?? 0;
  const looksAfterIt = room.currentState.hasSufficientPowerLevelFor("redact", level);
  return { own, anyone: group && own && looksAfterIt };
}

/**
 * Until when a message may be recalled; 0 for never.
 *
 * `saidAtMs` is the server's time of the message, told by this device's clock.
 */
export function recallUntilMs(
  rights: RecallRights,
  { mine, saidAtMs, body }: { mine: boolean; saidAtMs: number; body: MessageBody },
): number {
  if (rights.anyone) return Number.POSITIVE_INFINITY;
  if (!mine || !rights.own) return 0;
  const words = body.kind === "text" || body.kind === "locked";
  return saidAtMs + (words ? WORDS_MS : FILES_MS);
}
