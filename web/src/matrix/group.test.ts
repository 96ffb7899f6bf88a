import { expect, it } from "vitest";
import { type GroupView, heirsOf, type Member } from "./group";

const member = (name: string, change: Partial<Member> = {}): Member => ({
  userId: `@${name}:tea`,
  name,
  face: null,
  me: false,
  invited: false,
  owner: false,
  removable: false,
  promotable: false,
  ...change,
});

const group = (...members: Member[]): GroupView => ({
  name: "Tea",
  members,
  mayInvite: true,
  mayRename: true,
});

const me = member("me", { me: true, owner: true });

it("asks the only owner to whom the group goes: to those who are here", () => {
  const lan = member("lan");
  expect(heirsOf(group(me, lan, member("wei", { invited: true })))).toEqual([lan]);
});

it("asks nobody who has nothing to hand over, or nobody to hand it to", () => {
  expect(heirsOf(group(me, member("lan", { owner: true })))).toBeNull();
  expect(heirsOf(group(member("me", { me: true }), member("lan", { owner: true })))).toBeNull();
  expect(heirsOf(group(me, member("wei", { invited: true })))).toBeNull();
  expect(heirsOf(group(me))).toBeNull();
});
