// @vitest-environment node
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { onlyTab } from "./onlyTab";

type Held = () => Promise<void>;

/** The locks of a browser, as far as tabs use them. */
class Locks {
  #last: Promise<void> = Promise.resolve();
  #rob: () => void = () => {};

  request(_name: string, options: { signal?: AbortSignal; steal?: boolean }, held: Held) {
    const robbed = new Promise<never>((_, reject) => {
      const before = this.#rob;
      if (options.steal) before();
      this.#rob = () => reject(new DOMException("stolen", "AbortError"));
    });
    robbed.catch(() => {});
    const turn = options.steal ? Promise.resolve() : this.#last;
    const run = turn.then(() => (options.signal?.aborted ? undefined : held()));
    this.#last = run.catch(() => {});
    const aborted = new Promise<never>((_, reject) =>
      options.signal?.addEventListener("abort", () => reject(options.signal?.reason)),
    );
    aborted.catch(() => {});
    return Promise.race([run, aborted, robbed]);
  }
}

/** A tab, and what became of it; `inside` counts those that use the keys. */
let inside = 0;
let most = 0;
const tabs: (() => void)[] = [];

function tab(insist = false) {
  const seen = { entered: false, lost: false, leave: () => {} };
  seen.leave = onlyTab(insist, {
    enter: async () => {
      seen.entered = true;
      inside += 1;
      most = Math.max(most, inside);
      return () => {
        inside -= 1;
      };
    },
    lose: () => {
      seen.lost = true;
    },
  });
  tabs.push(seen.leave);
  return seen;
}

beforeEach(() => {
  [inside, most] = [0, 0];
  vi.stubGlobal("navigator", { locks: new Locks() });
});

afterEach(() => {
  for (const leave of tabs.splice(0)) leave();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("who comes second hears of the first, and leaves it alone", async () => {
  const first = tab();
  await vi.waitFor(() => expect(first.entered).toBe(true));
  const second = tab();
  await vi.waitFor(() => expect(second.lost).toBe(true));
  expect([first.lost, second.entered, most]).toEqual([false, false, 1]);
});

it("who insists comes in once the first has let go", async () => {
  const first = tab();
  await vi.waitFor(() => expect(first.entered).toBe(true));
  const second = tab(true);
  await vi.waitFor(() => expect(second.entered).toBe(true));
  expect([first.lost, inside, most]).toEqual([true, 1, 1]);
});

it("a page that is being left says nothing, and is waited for", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  let left: () => void = () => {};
  void navigator.locks.request("teahouse", {}, () => new Promise<void>((go) => (left = go)));
  const next = tab();
  await vi.advanceTimersByTimeAsync(9_000);
  expect([next.entered, next.lost]).toEqual([false, false]);
  left();
  await vi.waitFor(() => expect(next.entered).toBe(true));
});

it("from a tab that hangs the place is taken only by who insists", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  void navigator.locks.request("teahouse", {}, () => new Promise<void>(() => {})).catch(() => {});
  const second = tab();
  await vi.advanceTimersByTimeAsync(10_000);
  expect([second.entered, second.lost]).toEqual([false, true]);
  const third = tab(true);
  await vi.advanceTimersByTimeAsync(10_000);
  await vi.waitFor(() => expect(third.entered).toBe(true));
});
