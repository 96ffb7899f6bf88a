import {
  EventType,
  type IPushRules,
  type MatrixClient,
  MatrixEvent,
  PushRuleKind,
  type Room,
} from "matrix-js-sdk";
import { ReceiptType } from "matrix-js-sdk/lib/@types/read_receipts";
import { toProblem } from "./problem";

const FAVOURITE = "m.favourite";

export function isPinned(room: Room): boolean {
  return FAVOURITE in room.tags;
}

export function isMarkedUnread(room: Room): boolean {
  return room.getAccountData(EventType.MarkedUnread)?.getContent().unread === true;
}

type Silencing = { kind: PushRuleKind; ruleId: string };

/** The rules that keep a chat quiet: the chat's own, and the stronger one that other apps make. */
export function silencing(rules: IPushRules | undefined, roomId: string): Silencing[] {
  const kinds = [PushRuleKind.RoomSpecific, PushRuleKind.Override] as const;
  return kinds.flatMap((kind) =>
    (rules?.global?.[kind] ?? [])
      .filter((rule) => rule.rule_id === roomId && rule.enabled !== false)
      .filter((rule) => !rule.actions.some((action) => action === "notify"))
      .map((rule) => ({ kind, ruleId: rule.rule_id })),
  );
}

export function isMuted(client: MatrixClient, roomId: string): boolean {
  return silencing(client.pushRules, roomId).length > 0;
}

/** Whoever opens a chat has seen it: it is put aside no longer. */
export async function clearUnreadMark(client: MatrixClient, room: Room): Promise<void> {
  if (!isMarkedUnread(room)) return;
  await shownAtOnce(room, EventType.MarkedUnread, { unread: false }, () =>
    client.setRoomAccountData(room.roomId, EventType.MarkedUnread, { unread: false }),
  );
}

/** What one does to a chat in the list: on all of one's devices, unseen by the others. */
export class ChatMarks {
  constructor(private readonly client: MatrixClient) {}

  async pin(roomId: string, pinned: boolean): Promise<void> {
    const room = this.#room(roomId);
    const { [FAVOURITE]: _, ...others } = room.tags;
    const tags = pinned ? { ...others, [FAVOURITE]: {} } : others;
    await shownAtOnce(room, EventType.Tag, { tags }, () =>
      pinned
        ? this.client.setRoomTag(roomId, FAVOURITE, {})
        : this.client.deleteRoomTag(roomId, FAVOURITE),
    );
  }

  async mute(roomId: string, muted: boolean): Promise<void> {
    try {
      if (muted) await this.client.setRoomMutePushRule("global", roomId, true);
      else await this.#unmute(roomId);
    } catch (error) {
      throw toProblem(error);
    }
  }

  async markUnread(roomId: string): Promise<void> {
    const content = { unread: true };
    await shownAtOnce(this.#room(roomId), EventType.MarkedUnread, content, () =>
      this.client.setRoomAccountData(roomId, EventType.MarkedUnread, content),
    );
  }

  /** Others are not told (m.read.private); one's other devices are. */
  async markRead(roomId: string): Promise<void> {
    const room = this.#room(roomId);
    const events = room.getLiveTimeline().getEvents();
    const last = events.findLast((event) => event.status === null && !event.isState());
    try {
      await clearUnreadMark(this.client, room);
      if (last) await this.client.sendReadReceipt(last, ReceiptType.ReadPrivate);
    } catch (error) {
      throw toProblem(error);
    }
  }

  async #unmute(roomId: string): Promise<void> {
    for (const { kind, ruleId } of silencing(this.client.pushRules, roomId))
      await this.client.deletePushRule("global", kind, ruleId);
  }

  #room(roomId: string): Room {
    const room = this.client.getRoom(roomId);
    if (!room) throw toProblem(new Error("no such chat"));
    return room;
  }
}

/** Shows a change of the chat's account data before the server has it, and takes it back if it fails. */
async function shownAtOnce(
  room: Room,
  type: string,
  content: Record<string, unknown>,
  tell: () => Promise<unknown>,
): Promise<void> {
  const before = room.getAccountData(type)?.getContent() ?? {};
  const show = (value: Record<string, unknown>) =>
    room.addAccountData([new MatrixEvent({ type, room_id: room.roomId, content: value })]);
  show(content);
  try {
    await tell();
  } catch (error) {
    show(before);
    throw toProblem(error);
  }
}
