import type { MatrixEvent, Room } from "matrix-js-sdk";
import { describe, expect, it } from "vitest";
import { type Message, withJoinedNotices } from "./message";
import { joinNotices, type Notice, noticeOf } from "./notice";

const invited = (who: string, whom: string): Notice => ({ what: "invited", who, whom: [whom] });
const joined = (who: string): Notice => ({ what: "joined", who, whom: [] });
const line = (key: string, notice: Notice): Message => ({
  kind: "notice",
  key,
  eventId: `$${key}`,
  timeMs: 0,
  mine: false,
  notice,
});

function membership(sender: string, target: string, now: string, before?: string): MatrixEvent {
  return {
    getType: () => "m.room.member",
    getSender: () => sender,
    getStateKey: () => target,
    getContent: () => ({ membership: now }),
    getPrevContent: () => ({ membership: before }),
  } as unknown as MatrixEvent;
}

const ROOM = { getMember: () => null } as unknown as Room;

describe("notices", () => {
  it("say who was removed, and nothing of who left or declined", () => {
    expect(noticeOf(ROOM, membership("@lan:tea", "@mei:tea", "leave", "join"))).toEqual({
      what: "removed",
      who: "lan",
      whom: ["mei"],
    });
    expect(noticeOf(ROOM, membership("@mei:tea", "@mei:tea", "leave", "join"))).toBeNull();
    expect(noticeOf(ROOM, membership("@mei:tea", "@mei:tea", "leave", "invite"))).toBeNull();
  });

  it("of one person who invites several become one", () => {
    expect(joinNotices(invited("Lan", "Mei"), invited("Lan", "Wei"))?.whom).toEqual(["Mei", "Wei"]);
  });

  it("of two persons, or of other things, stay apart", () => {
    expect(joinNotices(invited("Lan", "Mei"), invited("Wei", "Bo"))).toBeNull();
    expect(joinNotices(joined("Lan"), joined("Lan"))).toBeNull();
  });

  it("stand as one line at the place of the last", () => {
    const lines = [
      line("a", invited("Lan", "Mei")),
      line("b", invited("Lan", "Wei")),
      line("c", joined("Mei")),
    ];
    const together = withJoinedNotices(lines);
    expect(together.map((message) => message.key)).toEqual(["b", "c"]);
  });
});
