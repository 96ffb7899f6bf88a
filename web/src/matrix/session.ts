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
}

/** Everything that this device keeps of the person goes, whatever feature wrote it. */
export function clearSession(): void {
  const userId = session.get()?.userId;
  localStorage.removeItem(PLACE);
  for (const key of Object.keys(localStorage)) {
    // The second are those of the SDK.
    const ours = key.startsWith("teahouse.of:") || key.startsWith("mxjssdk");
    if (userId && ours && key.includes(userId)) localStorage.removeItem(key);
  }
  session.set(null);
}

/** Where a feature keeps a small thing of this person on this device. */
export function placeOf(userId: string, name: string): string {
  return `teahouse.of:${userId}:${name}`;
}
