import { Bell } from "@phosphor-icons/react";
import { describe, expect, it } from "vitest";
import type { Chat } from "@/matrix/chatList";
import type { Person } from "@/matrix/timeline/message";
import { type Finding, findings } from "./findings";
import type { Place } from "./places";

const PLACES: Place[] = [
  { to: "/me/notifications", icon: Bell, name: "Notifications", also: [] },
  { to: "/me/look", icon: Bell, name: "Look and language", also: ["Dark"] },
];

const chat = (roomId: string, name: string, partner: string | null = null): Chat => ({
  roomId,
  name,
  partner,
  face: null,
  invitation: null,
  preview: null,
  timeMs: 0,
  unread: 0,
  quietlyUnread: false,
  pinned: false,
  muted: false,
  memberCount: 2,
});

const ANNA = chat("!anna", "Anna", "@anna:tea");
const MUM = chat("!mum", "妈妈", "@lin:tea");
const TEA = chat("!tea", "Tea with Anna");
const invited = {
  ...chat("!new", "Andrew", "@andrew:tea"),
  invitation: { from: "Andrew", fromId: "@andrew:tea" },
};
const CHATS = [TEA, MUM, ANNA, invited];

function look(typed: string, stranger: Person | null = null, chats: readonly Chat[] = CHATS) {
  const groups = findings({ typed, locale: "en", chats, places: PLACES, stranger });
  return Object.fromEntries(groups.map(({ what, findings }) => [what, findings.map(nameOf)]));
}

function nameOf(finding: Finding): string {
  if (finding.kind === "chat") return finding.chat.name;
  return finding.kind === "place" ? finding.place.name : finding.person.name;
}

describe("the palette", () => {
  it("offers the newest chats and all places before anything is typed", () => {
    expect(look(" ")).toEqual({
      recent: ["Tea with Anna", "妈妈", "Anna", "Andrew"],
      places: ["Notifications", "Look and language"],
    });
  });

  it("finds people, groups and who invites, each in its place", () => {
    expect(look("an")).toEqual({
      people: ["Anna"],
      chats: ["Andrew", "Tea with Anna"],
      places: ["Look and language"],
    });
  });

  it("finds people by ID, with its @ or without", () => {
    expect(look("lin")).toEqual({ people: ["妈妈"] });
    expect(look("@lin:tea")).toEqual({ people: ["妈妈"] });
    expect(look("妈")).toEqual({ people: ["妈妈"] });
    expect(look("@li")).toEqual({ people: ["妈妈"] });
    expect(look("in")).toEqual({});
  });

  it("finds places by what can be done there", () => {
    expect(look("dark")).toEqual({ places: ["Look and language"] });
  });

  it("offers whoever has the ID, unless one knows them", () => {
    const bob = { userId: "@bob:tea", name: "Bob", face: null };
    expect(look("bob", bob)).toEqual({ byId: ["Bob"] });
    const anna = { userId: "@anna:tea", name: "Anna", face: null };
    expect(look("@anna:tea", anna)).toEqual({ people: ["Anna"] });
  });

  it("shows nothing where nothing fits", () => {
    expect(look("zzz")).toEqual({});
  });

  it("shows the best twenty, and says how many there are", () => {
    const many = Array.from({ length: 50 }, (_, n) => chat(`!${n}`, `Table ${n}`));
    const [group] = findings({
      typed: "table",
      locale: "en",
      chats: [...many, chat("!best", "Table")],
      places: PLACES,
      stranger: null,
    });
    expect(group?.all).toBe(51);
    expect(group?.findings.length).toBe(20);
    expect(group?.findings.slice(0, 2).map(nameOf)).toEqual(["Table", "Table 0"]);
  });
});
