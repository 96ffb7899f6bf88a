import { afterEach, expect, it, vi } from "vitest";
import { Kept } from "./kept";
import { sweepKept } from "./sweepKept";

afterEach(() => {
  vi.useRealTimers();
  localStorage.clear();
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
