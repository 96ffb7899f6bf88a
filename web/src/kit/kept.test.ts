import { afterEach, expect, it, vi } from "vitest";
import { looksLikeAddress } from "./emailAddress";
import { Kept } from "./kept";

afterEach(() => {
  vi.useRealTimers();
  localStorage.clear();
});

it("keeps what is half done for its time, and not longer", () => {
  vi.useFakeTimers();
  const kept = new Kept<{ name: string }>("place", 1_000);
  expect(kept.get()).toBeNull();
  kept.set({ name: "lan" });
  vi.advanceTimersByTime(999);
  expect(kept.get()).toEqual({ name: "lan" });
  vi.advanceTimersByTime(1);
  expect(kept.get()).toBeNull();
  expect(localStorage.length).toBe(0);
});

it("takes what it can't read for nothing", () => {
  localStorage.setItem("place", "{half");
  expect(new Kept("place", 1_000).get()).toBeNull();
});

it("tells an e-mail address from a name and from an ID", () => {
  const addresses = ["lan@tea.example", " Lan@tea ", "岚@茶.example"];
  expect(addresses.filter((text) => !looksLikeAddress(text))).toEqual([]);
  const others = ["lan", "@lan:tea.example", "lan@", "@tea", "a b@tea", "a@b@c", ""];
  expect(others.filter(looksLikeAddress)).toEqual([]);
});
