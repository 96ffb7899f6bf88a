import { Signal } from "@/kit/signal";
import { isWorkerMessage } from "@/kit/workerMessages";
import { toProblem } from "./problem";
import {
  isAppleMobile,
  isInstalled,
  keyBytes,
  keyOf,
  serverKeyOf,
  subscriptionOf,
  worker,
} from "./push/browser";
import { acknowledge, dropPusher, isActive, setPusher, vapidKey } from "./push/pushers";
import { placeOf, type Session } from "./session";

/**
 * How it stands with notifications on this device.
 * `install`: an iPhone has them only for apps on its home screen. `unavailable`: the server has
 * none. `blocked`: the person or the device said no. `turningOn`: asked for, and not yet proven.
 */
export type NotificationState =
  | "looking"
  | "unsupported"
  | "install"
  | "unavailable"
  | "offline"
  | "blocked"
  | "off"
  | "turningOn"
  | "failed"
  | "on";

const PROVEN_WITHIN_MS = 30_000;

/** Messages that reach this device while the app is closed. On only once a push has arrived. */
export class Notifications {
  readonly state = new Signal<NotificationState>("looking");
  readonly #place: string;
  #late: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly session: Session) {
    this.#place = placeOf(session.userId, "notifications");
    navigator.serviceWorker?.addEventListener("message", this.#onMessage);
  }

  /** At each start: browsers renew and drop subscriptions as they like. */
  async keepUp(): Promise<void> {
    if (!this.#wanted) return;
    await this.look();
    const state = this.state.get();
    if (state === "off" && Notification.permission === "granted") await this.#subscribe();
    if (state === "blocked") await this.#forgetPusher();
  }

  async look(): Promise<void> {
    if (this.state.get() === "turningOn") return;
    const found = await this.#found().catch((error) =>
      toProblem(error).passing ? "offline" : "unsupported",
    );
    this.state.set(found);
  }

  /** Only when the person has just pressed something: browsers ask for their leave then. */
  async turnOn(): Promise<void> {
    const answer = await Notification.requestPermission();
    if (answer === "granted") return this.#subscribe();
    this.state.set(answer === "denied" ? "blocked" : "off");
  }

  async turnOff(): Promise<void> {
    clearTimeout(this.#late);
    await this.#forgetPusher();
    const registration = await worker();
    const subscription = registration && (await subscriptionOf(registration));
    await subscription?.unsubscribe();
    this.state.set("off");
  }

  stop(): void {
    clearTimeout(this.#late);
    navigator.serviceWorker?.removeEventListener("message", this.#onMessage);
  }

  get #wanted(): string | null {
    return localStorage.getItem(this.#place);
  }

  async #found(): Promise<NotificationState> {
    const can = "PushManager" in window && "Notification" in window;
    if (!can) return isAppleMobile() && !isInstalled() ? "install" : "unsupported";
    if (Notification.permission === "denied") return "blocked";
    const registration = await worker();
    if (!registration) return "unsupported";
    if (!(await vapidKey(this.session))) return "unavailable";
    const subscription = await subscriptionOf(registration);
    if (!subscription || !this.#wanted) return "off";
    return (await isActive(this.session, keyOf(subscription))) ? "on" : "off";
  }

  async #subscribe(): Promise<void> {
    this.state.set("turningOn");
    clearTimeout(this.#late);
    this.#late = setTimeout(() => this.#fail(), PROVEN_WITHIN_MS);
    try {
      const subscription = await this.#subscription();
      localStorage.setItem(this.#place, keyOf(subscription));
      await setPusher(this.session, subscription);
      if (await isActive(this.session, keyOf(subscription))) this.#proven();
    } catch {
      this.#fail();
    }
  }

  /** One that was made for another key of the server is of no use. */
  async #subscription(): Promise<PushSubscription> {
    const [registration, vapid] = await Promise.all([worker(), vapidKey(this.session)]);
    if (!registration || !vapid) throw new Error("no push here");
    const old = await subscriptionOf(registration);
    if (old && serverKeyOf(old) !== vapid) await old.unsubscribe();
    return registration.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: keyBytes(vapid),
    });
  }

  async #forgetPusher(): Promise<void> {
    const pushkey = this.#wanted;
    if (pushkey) await dropPusher(this.session, pushkey);
    localStorage.removeItem(this.#place);
  }

  #fail(): void {
    clearTimeout(this.#late);
    if (this.state.get() === "turningOn") this.state.set("failed");
  }

  #proven(): void {
    clearTimeout(this.#late);
    this.state.set("on");
  }

  readonly #onMessage = ({ data }: MessageEvent<unknown>): void => {
    if (!isWorkerMessage(data) || data.kind !== "push-token") return;
    acknowledge(this.session, data.appId, data.token).then(
      () => this.#proven(),
      () => this.#fail(),
    );
  };
}
