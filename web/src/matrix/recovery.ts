import type { MatrixClient } from "matrix-js-sdk";
import { decodeRecoveryKey, encodeRecoveryKey } from "matrix-js-sdk/lib/crypto-api";
import type { UIAuthCallback } from "matrix-js-sdk/lib/interactive-auth";
import { Signal } from "@/kit/signal";
import type { LateKeys } from "./lateKeys";
import type { RecoveryKeyHolder } from "./openClient";
import { Problem, toProblem } from "./problem";
import { placeOf } from "./session";

const KEY_BYTES = 32;

/** Whether the text is a whole recovery key, without asking anyone. */
export function looksLikeRecoveryKey(text: string): boolean {
  try {
    decodeRecoveryKey(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Makes old messages readable on every device of a person: their identity, the secrets that prove
 * it, and the backup of message keys, all three under one recovery key.
 * Spec: client-server API, "Secrets", "Cross-signing", "Server-side key backups".
 */
export class Recovery {
  /** Earlier messages can't be read here until the recovery key is entered. */
  readonly locked = new Signal(false);

  constructor(
    private readonly client: MatrixClient,
    private readonly holder: RecoveryKeyHolder,
    private readonly lateKeys: LateKeys,
  ) {}

  /** Looks at this device and, where it must, at the server. */
  async look(): Promise<void> {
    this.locked.set(!(await this.crypto.isCrossSigningReady()));
  }

  /** True when the account already has a recovery key, made on whatever device. */
  async exists(): Promise<boolean> {
    return this.crypto.userHasCrossSigningKeys(this.client.getSafeUserId(), true);
  }

  /** The key that was made and not yet confirmed as kept, so that a reload does not lose it. */
  get unconfirmed(): string | null {
    return localStorage.getItem(this.place);
  }

  confirmKept(): void {
    localStorage.removeItem(this.place);
  }

  /**
   * For a new account, unseen. Safe to repeat after a reload in the middle: it goes on with the
   * same key. `password` proves the person where the server asks for it.
   */
  async setUp(password: string | null): Promise<string> {
    const text = this.unconfirmed ?? this.newKey();
    localStorage.setItem(this.place, text);
    await this.crypto.bootstrapCrossSigning({ authUploadDeviceSigningKeys: this.prove(password) });
    await this.store(text, !(await this.crypto.getActiveSessionBackupVersion()));
    return text;
  }

  /** A new recovery key instead of the old one, for a device that can already read everything. */
  async replaceKey(): Promise<string> {
    const text = this.newKey();
    await this.store(text, false);
    return text;
  }

  /** The way out for a person who lost the key: everything new, and old messages stay closed. */
  async startAfresh(password: string): Promise<string> {
    const text = this.newKey();
    localStorage.setItem(this.place, text);
    await this.crypto.resetEncryption(this.prove(password));
    await this.store(text, false);
    await this.look();
    return text;
  }

  /** Errors: BAD_RECOVERY_KEY when it is not a key, or not this person's. */
  async unlock(text: string): Promise<void> {
    if (!looksLikeRecoveryKey(text)) throw new Problem("BAD_RECOVERY_KEY");
    await this.holder.during(text, async () => {
      await this.check(text);
      // Without asking the server first, the SDK knows no identity to import the keys for.
      await this.exists();
      await this.crypto.bootstrapCrossSigning({});
      await this.crypto.loadSessionBackupPrivateKeyFromSecretStorage();
    });
    await this.crypto.checkKeyBackupAndEnable();
    await this.look();
    await this.readHistory();
  }

  /** Fetches every message key of the backup and tries all closed messages again. */
  async readHistory(): Promise<void> {
    await this.crypto.restoreKeyBackup();
    this.lateKeys.tryNow();
  }

  private async check(text: string): Promise<void> {
    const stored = await this.client.secretStorage.getKey();
    if (!stored) throw new Problem("NO_RECOVERY_KEY");
    const right = await this.client.secretStorage.checkKey(decodeRecoveryKey(text), stored[1]);
    if (!right) throw new Problem("BAD_RECOVERY_KEY");
  }

  private store(text: string, newBackup: boolean): Promise<void> {
    return this.holder.during(text, () =>
      this.crypto.bootstrapSecretStorage({
        setupNewSecretStorage: true,
        setupNewKeyBackup: newBackup,
        createSecretStorageKey: async () => ({
          privateKey: decodeRecoveryKey(text),
          encodedPrivateKey: text,
        }),
      }),
    );
  }

  private newKey(): string {
    const text = encodeRecoveryKey(crypto.getRandomValues(new Uint8Array(KEY_BYTES)));
    if (!text) throw new Problem("UNEXPECTED");
    return text;
  }

  /** First without a proof: the specification asks for none while the account has no keys. */
  private prove(password: string | null): UIAuthCallback<void> {
    return async (makeRequest) => {
      try {
        await makeRequest(null);
      } catch (error) {
        const step = (error as { data?: { session?: string; flows?: unknown } }).data;
        if (!step?.flows) throw toProblem(error);
        if (!password) throw new Problem("PASSWORD_NEEDED");
        await makeRequest({
          type: "m.login.password",
          identifier: { type: "m.id.user", user: this.client.getSafeUserId() },
          password,
          session: step.session,
        });
      }
    };
  }

  private get crypto() {
    const crypto = this.client.getCrypto();
    if (!crypto) throw new Problem("UNEXPECTED");
    return crypto;
  }

  private get place(): string {
    return placeOf(this.client.getSafeUserId(), "new-recovery-key");
  }
}
