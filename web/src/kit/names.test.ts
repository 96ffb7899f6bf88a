import { describe, expect, it } from "vitest";
import { foldName, fullId, localpart, nameProblem, serverOf } from "./names";

describe("a name at sign-up", () => {
  it.each(["lan", "mei_lan", "a-1", "abcdefghijklmnopqrst"])("%s is taken", (name) => {
    expect(nameProblem(name)).toBeNull();
  });

  it.each([
    ["", "short"],
    ["ab", "short"],
    ["abcdefghijklmnopqrstu", "long"],
    ["1abc", "start"],
    ["_abc", "start"],
    ["mei lan", "letters"],
    ["mei.lan", "letters"],
    ["meiß", "letters"],
    ["小波abc", "start"],
  ])("%s is refused: %s", (name, problem) => {
    expect(nameProblem(name)).toBe(problem);
  });

  it("has its capitals folded, not refused", () => {
    expect(nameProblem(foldName(" MeiLan "))).toBeNull();
    expect(foldName(" MeiLan ")).toBe("meilan");
  });
});

describe("an ID that somebody typed", () => {
  it.each([
    ["lan", "@lan:tea.example"],
    ["Lan", "@lan:tea.example"],
    ["@lan", "@lan:tea.example"],
    ["@lan:other.example:8448", "@lan:other.example:8448"],
  ])("%s is %s", (typed, id) => {
    expect(fullId(typed, "tea.example")).toBe(id);
  });

  it.each(["", "a b", "@", "@@lan", "@lan:"])("%s is none", (typed) => {
    expect(fullId(typed, "tea.example")).toBeNull();
  });

  it("is taken apart at the first colon", () => {
    expect(localpart("@lan:tea.example:8448")).toBe("lan");
    expect(serverOf("@lan:tea.example:8448")).toBe("tea.example:8448");
  });
});
