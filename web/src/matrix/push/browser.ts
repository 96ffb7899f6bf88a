/** The browser's side of push: its worker, its subscription, its keys as text. */

const WORKER_WITHIN_MS = 10_000;

/** Null where there is none: the app as it is being built has no service worker. */
export async function worker(): Promise<ServiceWorkerRegistration | null> {
  if (!("serviceWorker" in navigator)) return null;
  const late = new Promise<null>((done) => setTimeout(() => done(null), WORKER_WITHIN_MS));
  return Promise.race([navigator.serviceWorker.ready, late]);
}

export function subscriptionOf(
  registration: ServiceWorkerRegistration,
): Promise<PushSubscription | null> {
  return registration.pushManager.getSubscription();
}

/** Ends what this browser shows and hears of a person. The server forgets with the device. */
export async function forgetPush(): Promise<void> {
  if ("clearAppBadge" in navigator) await navigator.clearAppBadge().catch(() => {});
  const registration = await navigator.serviceWorker?.getRegistration();
  if (!registration) return;
  for (const shown of await registration.getNotifications()) shown.close();
  await (await subscriptionOf(registration))?.unsubscribe();
}

/** The public key of a subscription: what the server knows it by. */
export function keyOf(subscription: PushSubscription): string {
  return textOf(subscription.getKey("p256dh"));
}

export function secretOf(subscription: PushSubscription): string {
  return textOf(subscription.getKey("auth"));
}

/** The server's key that a subscription was made for. */
export function serverKeyOf(subscription: PushSubscription): string {
  return textOf(subscription.options.applicationServerKey);
}

export function keyBytes(text: string): Uint8Array<ArrayBuffer> {
  const plain = text.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(plain), (char) => char.charCodeAt(0));
}

export function isAppleMobile(): boolean {
  const asDesktop = navigator.platform === "MacIntel" && navigator.maxTouchPoints > 1;
  return /iPhone|iPad|iPod/.test(navigator.userAgent) || asDesktop;
}

export function isInstalled(): boolean {
  return matchMedia("(display-mode: standalone)").matches;
}

function textOf(bytes: ArrayBuffer | null): string {
  const chars = [...new Uint8Array(bytes ?? new ArrayBuffer(0))];
  const text = btoa(String.fromCharCode(...chars));
  return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
