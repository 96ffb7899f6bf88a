import { expect, it } from "vitest";
import { looksLikeAddress } from "./emailAddress";

it("tells an e-mail address from a name and from an ID", () => {
  const addresses = ["lan@tea.example", " Lan@tea ", "岚@茶.example"];
  expect(addresses.filter((text) => !looksLikeAddress(text))).toEqual([]);
  const others = ["lan", "@lan:tea.example", "lan@", "@tea", "a b@tea", "a@b@c", ""];
  expect(others.filter(looksLikeAddress)).toEqual([]);
});
