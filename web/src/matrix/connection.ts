import { ClientEvent, type MatrixClient, SyncState } from "matrix-js-sdk";
import { Signal } from "@/kit/signal";

/** A blink of the network is no news. */
const PATIENCE_MS = 2_000;

/** Whether the server answers. `lost` is told only after a moment, `onBack` at once. */
export class Connection {
  readonly lost = new Signal(false);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #down = false;
  readonly #backListeners = new Set<() => void>();

  constructor(private readonly client: MatrixClient) {
    client.on(ClientEvent.Sync, this.#saw);
    window.addEventListener("offline", this.#wentOffline);
    window.addEventListener("online", this.#wentOnline);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.client.off(ClientEvent.Sync, this.#saw);
    window.removeEventListener("offline", this.#wentOffline);
    window.removeEventListener("online", this.#wentOnline);
  }

  onBack(listener: () => void): void {
    this.#backListeners.add(listener);
  }

  readonly #wentOffline = () => this.#saw(SyncState.Reconnecting);
  readonly #wentOnline = () => this.client.retryImmediately();

  readonly #saw = (state: SyncState): void => {
    if (state === SyncState.Reconnecting || state === SyncState.Error) {
      this.#down = true;
      this.#timer ??= setTimeout(() => this.lost.set(true), PATIENCE_MS);
    } else if (state === SyncState.Syncing || state === SyncState.Catchup) {
      this.#back();
    }
  };

  #back(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.lost.set(false);
    if (!this.#down) return;
    this.#down = false;
    for (const listener of this.#backListeners) listener();
  }
}
