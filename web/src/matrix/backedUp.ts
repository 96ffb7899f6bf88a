import type { MatrixClient } from "matrix-js-sdk";

const WITHIN_MS = 3_000;
const EVERY_MS = 200;

/** The SDK keeps its machine to itself. */
interface Insides {
  olmMachine: { roomKeyCounts(): Promise<{ total: number; backedUp: number }> };
}

/** Whether what this device can read can be read without it; keys on their way to the backup are waited for. */
export async function isBackedUp(client: MatrixClient): Promise<boolean> {
  const crypto = client.getCrypto();
  if (!crypto) return false;
  const { olmMachine } = crypto as unknown as Insides;
  const isKept = await crypto.getActiveSessionBackupVersion();
  for (const until = Date.now() + WITHIN_MS; ; ) {
    const { total, backedUp } = await olmMachine.roomKeyCounts();
    if (total === 0 || (isKept && backedUp >= total)) return true;
    if (!isKept || Date.now() > until) return false;
    await new Promise((done) => setTimeout(done, EVERY_MS));
  }
}
