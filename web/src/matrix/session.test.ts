import { beforeEach, expect, it } from "vitest";
import { endSession, placeOf, type Session, saveSession, session } from "./session";

const of = (userId: string, deviceId: string): Session => ({
  userId,
  deviceId,
  accessToken: "secret",
  stage: "ready",
});
const LAN = of("@lan:tea.example", "PHONE");
const WEI = of("@wei:tea.example", "DESK");
const draft = placeOf(LAN.userId, "draft:!tea");

/** Another tab writes; this one is told by the browser. */
function elsewhere(value: Session | null): void {
  if (value) localStorage.setItem("teahouse.session", JSON.stringify(value));
  else localStorage.removeItem("teahouse.session");
  window.dispatchEvent(new StorageEvent("storage", { key: "teahouse.session" }));
}

beforeEach(() => {
  localStorage.clear();
  saveSession(LAN);
  localStorage.setItem(draft, "half a sentence");
});

it("ends with all that was kept of the person", () => {
  endSession(LAN);
  expect(session.get()).toBeNull();
  expect(Object.keys(localStorage)).toEqual([]);
});

it("follows what other tabs do", () => {
  elsewhere(WEI);
  expect(session.get()).toEqual(WEI);
  elsewhere(null);
  expect(session.get()).toBeNull();
});

it("leaves alone who has signed in since", () => {
  elsewhere(WEI);
  endSession(LAN);
  expect(session.get()).toEqual(WEI);
  expect(localStorage.getItem("teahouse.session")).toContain("@wei");
  expect(localStorage.getItem(draft)).toBeNull();
});

it("leaves alone the same person on a new sign-in", () => {
  const again = of(LAN.userId, "PHONE AGAIN");
  elsewhere(again);
  endSession(LAN);
  expect(session.get()).toEqual(again);
  expect(localStorage.getItem(draft)).toBe("half a sentence");
});
