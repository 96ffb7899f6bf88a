import { afterEach, expect, it, vi } from "vitest";
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
