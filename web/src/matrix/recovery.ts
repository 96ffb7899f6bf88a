import type { MatrixClient } from "matrix-js-sdk";
import type { UIAuthCallback } from "matrix-js-sdk/lib/interactive-auth";
import { Signal } from "@/kit/signal";
import type { LateKeys } from "./lateKeys";
import type { RecoveryKeyHolder } from "./openClient";
import { Problem, toProblem } from "./problem";
import { newRecoveryKey, readRecoveryKey } from "./recoveryKey";
import { placeOf } from "./session";

type Key = Uint8Array<ArrayBuffer>;

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
    const text = this.unconfirmed ?? newRecoveryKey();
    localStorage.setItem(this.place, text);
    const key = wholeKey(text);
    // From the second time on, the secrets of the first are looked at, too.
    await this.holder.during(key, async () => {
      const authUploadDeviceSigningKeys = this.prove(password);
      await this.crypto.bootstrapCrossSigning({ authUploadDeviceSigningKeys });
      await this.store(text, key, !(await this.crypto.getActiveSessionBackupVersion()));
    });
    return text;
  }

  /** One to be kept first: it opens nothing until `replaceKey` or `startAfresh` takes it. */
  newKey(): string {
    return newRecoveryKey();
  }

  /** A new recovery key instead of the old one, for a device that can already read everything. */
  async replaceKey(text: string): Promise<void> {
    const key = wholeKey(text);
    await this.holder.during(key, () => this.store(text, key, false));
  }

  /** Changes nothing. Errors: M_FORBIDDEN with status 401 for a wrong password. */
  async checkPassword(password: string): Promise<void> {
    await this.prove(password)(async (auth) => {
      await this.client.deleteMultipleDevices([], auth ?? undefined);
    });
  }

  /**
   * The way out for a person who lost the key: everything new, and old messages stay closed. The
   * SDK destroys what the old key opens before it needs the password: `checkPassword` comes first.
   */
  async startAfresh(password: string, text: string): Promise<void> {
    const key = wholeKey(text);
    await this.crypto.resetEncryption(this.prove(password));
    await this.holder.during(key, () => this.store(text, key, false));
    await this.look();
  }

  /** Errors: BAD_RECOVERY_KEY when it is not a key, or not this person's. */
  async unlock(text: string): Promise<void> {
    const key = wholeKey(text);
    await this.holder.during(key, async () => {
      await this.check(key);
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

  private async check(key: Key): Promise<void> {
    const stored = await this.client.secretStorage.getKey();
    if (!stored) throw new Problem("NO_RECOVERY_KEY");
    const right = await this.client.secretStorage.checkKey(key, stored[1]);
    if (!right) throw new Problem("BAD_RECOVERY_KEY");
  }

  /** While the holder has the key. */
  private store(text: string, privateKey: Key, setupNewKeyBackup: boolean): Promise<void> {
    return this.crypto.bootstrapSecretStorage({
      setupNewSecretStorage: true,
      setupNewKeyBackup,
      createSecretStorageKey: async () => ({ privateKey, encodedPrivateKey: text }),
    });
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

function wholeKey(text: string): Key {
  const key = readRecoveryKey(text);
  if (!key) throw new Problem("BAD_RECOVERY_KEY");
  return key;
}
