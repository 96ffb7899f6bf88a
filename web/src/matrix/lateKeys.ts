import { type MatrixClient, type MatrixEvent, MatrixEventEvent } from "matrix-js-sdk";
import type { CryptoBackend } from "matrix-js-sdk/lib/common-crypto/CryptoBackend";

/** The SDK looks for one key in the backup at most every 5 s; a further device needs a moment to put it there. */
const FIRST_WAIT_MS = 5_500;
const LONGEST_WAIT_MS = 120_000;

/**
 * Messages whose key is not here yet. Each try looks for the key in the backup, so that what another
 * device puts there a little later opens by itself; the wait doubles while nothing comes.
 */
export class LateKeys {
  readonly #closed = new Set<MatrixEvent>();
  #waitMs = FIRST_WAIT_MS;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly client: MatrixClient) {
    client.on(MatrixEventEvent.Decrypted, (event) => this.#saw(event));
  }

  /** Something changed for the better: a recovery key was entered, the connection is back. */
  tryNow(): void {
    this.#waitMs = FIRST_WAIT_MS;
    this.#try();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#closed.clear();
  }

  #saw(event: MatrixEvent): void {
    if (!event.isDecryptionFailure()) {
      this.#closed.delete(event);
      return;
    }
    if (!this.#closed.has(event)) this.#waitMs = FIRST_WAIT_MS;
    this.#closed.add(event);
    this.#timer ??= setTimeout(() => this.#try(), this.#waitMs);
  }

  #try(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waitMs = Math.min(this.#waitMs * 2, LONGEST_WAIT_MS);
    const crypto = this.client.getCrypto() as CryptoBackend;
    for (const event of this.#closed) {
      if (event.isRedacted() || !event.isDecryptionFailure()) this.#closed.delete(event);
      // A failure is told again by `Decrypted`, which sets the next timer.
      else void event.attemptDecryption(crypto, { isRetry: true }).catch(() => {});
    }
  }
}
