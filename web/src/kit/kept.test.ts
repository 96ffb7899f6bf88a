import { afterEach, expect, it, vi } from "vitest";
import { Kept, sweepKept } from "./kept";

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

it("is swept away when its time is over, though nobody asks for it", () => {
  vi.useFakeTimers();
  localStorage.setItem("teahouse.preferences", '{"size":"large"}');
  new Kept("teahouse.forgot", 1_000).set({ secret: "s" });
  new Kept("teahouse.signup", 2_000).set({ name: "lan" });
  vi.advanceTimersByTime(1_000);
  sweepKept();
  expect(Object.keys(localStorage).sort()).toEqual(["teahouse.preferences", "teahouse.signup"]);
});

it("takes what it can't read for nothing", () => {
  localStorage.setItem("place", "{half");
  expect(new Kept("place", 1_000).get()).toBeNull();
});
