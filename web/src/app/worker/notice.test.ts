import { describe, expect, it } from "vitest";
import { noticeOf, welcome } from "./notice";

const MESSAGE = {
  room_id: "!room",
  event_id: "$event",
  type: "m.room.encrypted",
  sender: "@lan:example.org",
  sender_display_name: "林晓岚",
  prio: "high",
  unread: 3,
} as const;

describe("a notification", () => {
  it("of a friend says who, and that there is a message", () => {
    const notice = noticeOf(MESSAGE, "zh-CN", 0);
    expect(notice).toEqual({
      title: "林晓岚",
      body: "新消息",
      tag: "!room",
      silent: false,
      data: { roomId: "!room", eventId: "$event", count: 1 },
    });
    expect(noticeOf(MESSAGE, "en", 0)?.body).toBe("New message");
  });

  it("of a group says where and who", () => {
    const notice = noticeOf({ ...MESSAGE, room_name: "Tea on Sunday" }, "en", 0);
    expect(notice?.title).toBe("Tea on Sunday");
    expect(notice?.body).toBe("New message from 林晓岚");
  });

  it("counts what came since it was shown, up to a limit", () => {
    expect(noticeOf(MESSAGE, "zh-CN", 4)?.body).toBe("5 条新消息");
    expect(noticeOf(MESSAGE, "en", 98)?.data.count).toBe(99);
    expect(noticeOf(MESSAGE, "en", 99)?.data.count).toBe(99);
  });

  it("of an invitation says that it is one, only to who is invited", () => {
    const invited = { ...MESSAGE, type: "m.room.member", membership: "invite" };
    const mine = { ...invited, user_is_target: true };
    expect(noticeOf(mine, "en", 0)?.body).toBe("林晓岚 would like to chat with you");
    const group = noticeOf({ ...mine, room_name: "Tea" }, "zh-CN", 0);
    expect(group?.body).toBe("林晓岚邀请你加入群聊");
    expect(noticeOf(invited, "en", 0)?.body).toBe("New message");
  });

  it("makes do with little, and is quiet where the rules say so", () => {
    expect(noticeOf({ room_id: "!r", prio: "low" }, "en", 0)).toMatchObject({
      title: "Teahouse",
      body: "New message",
      silent: true,
    });
    expect(noticeOf({ room_id: "!r", sender: "@lan:x" }, "en", 0)?.title).toBe("lan");
  });

  it("is none without a chat", () => {
    expect(noticeOf({ unread: 0 }, "en", 0)).toBeNull();
    expect(welcome("zh-CN").title).toBe("茶馆");
  });
});
