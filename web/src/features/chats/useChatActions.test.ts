import { expect, it } from "vitest";
import type { Chat } from "@/matrix/chatList";
import { actionsOf } from "./useChatActions";

const CHAT: Chat = {
  roomId: "!tea",
  name: "Tea",
  face: null,
  partner: null,
  invitation: null,
  preview: null,
  timeMs: 0,
  unread: 0,
  quietlyUnread: false,
  pinned: false,
  muted: false,
  memberCount: 2,
};

it.each<[string, Partial<Chat>, string[]]>([
  ["a quiet chat", {}, ["unread", "mute", "pin"]],
  ["one with news", { unread: 3 }, ["read", "mute", "pin"]],
  ["one that was put aside", { quietlyUnread: true }, ["read", "mute", "pin"]],
  ["a muted one", { muted: true }, ["unread", "unmute", "pin"]],
  ["a pinned one", { pinned: true }, ["unread", "mute", "unpin"]],
])("%s offers what changes it, and never what it is already", (_, differs, actions) => {
  expect(actionsOf({ ...CHAT, ...differs })).toEqual(actions);
});
