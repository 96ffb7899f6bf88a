import { Signal } from "@/kit/signal";

/**
 * Who is signed in on this device.
 * `setup`: the account is new and its recovery key is not made or not yet kept by its owner.
 * `unlock`: signed in, and the recovery key not yet entered.
 */
export interface Session {
  userId: string;
  deviceId: string;
  accessToken: string;
  stage: "setup" | "unlock" | "ready";
}

const PLACE = "teahouse.session";

function read(): Session | null {
  const saved = localStorage.getItem(PLACE);
  if (!saved) return null;
  try {
    return JSON.parse(saved) as Session;
  } catch {
    return null;
  }
}

export const session = new Signal<Session | null>(read());

// Another tab signs in, goes a step further, or signs out.
window.addEventListener("storage", ({ key }) => {
  if (key === PLACE || key === null) session.set(read());
});

/** True when the server ended it, not the person: the door says so. */
export const endedElsewhere = new Signal(false);

export function saveSession(value: Session): void {
  localStorage.setItem(PLACE, JSON.stringify(value));
  endedElsewhere.set(false);
  session.set(value);
}

export function setStage(stage: Session["stage"]): void {
  const current = session.get();
  if (current) saveSession({ ...current, stage });
  // Keys, and messages that wait: a browser that is short of space should not take them.
  if (stage === "ready") void navigator.storage?.persist?.().catch(() => {});
}

/**
 * Everything that this device keeps of the person goes, whatever feature wrote it. Who has signed in
 * since, in another tab, stays.
 */
export function endSession({ userId, deviceId }: Session): void {
  const current = read();
  const isReplaced = current !== null && current.deviceId !== deviceId;
  if (!isReplaced) localStorage.removeItem(PLACE);
  if (current?.userId !== userId || !isReplaced) forgetPlaces(userId);
  session.set(isReplaced ? current : null);
}

function forgetPlaces(userId: string): void {
  for (const key of Object.keys(localStorage)) {
    // The second are those of the SDK.
    const ours = key.startsWith("teahouse.of:") || key.startsWith("mxjssdk");
    if (ours && key.includes(userId)) localStorage.removeItem(key);
  }
}

/** Where a feature keeps a small thing of this person on this device. */
export function placeOf(userId: string, name: string): string {
  return `teahouse.of:${userId}:${name}`;
}
