import { describe, expect, it } from "vitest";
import { type Message, withJoinedNotices } from "./message";
import { joinNotices, type Notice } from "./notice";

const invited = (who: string, whom: string): Notice => ({ what: "invited", who, whom: [whom] });
const left = (who: string): Notice => ({ what: "left", who, whom: [] });
const line = (key: string, notice: Notice): Message => ({
  kind: "notice",
  key,
  eventId: `$${key}`,
  timeMs: 0,
  mine: false,
  notice,
});

describe("notices", () => {
  it("of one person who invites several become one", () => {
    expect(joinNotices(invited("Lan", "Mei"), invited("Lan", "Wei"))?.whom).toEqual(["Mei", "Wei"]);
  });

  it("of two persons, or of other things, stay apart", () => {
    expect(joinNotices(invited("Lan", "Mei"), invited("Wei", "Bo"))).toBeNull();
    expect(joinNotices(left("Lan"), left("Lan"))).toBeNull();
  });

  it("stand as one line at the place of the last", () => {
    const lines = [
      line("a", invited("Lan", "Mei")),
      line("b", invited("Lan", "Wei")),
      line("c", left("Mei")),
    ];
    const joined = withJoinedNotices(lines);
    expect(joined.map((message) => message.key)).toEqual(["b", "c"]);
  });
});
