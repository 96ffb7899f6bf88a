import { decodeRecoveryKey, encodeRecoveryKey } from "matrix-js-sdk/lib/crypto-api";

const KEY_BYTES = 32;

/** A key that nobody has seen yet, as people read it: twelve groups. */
export function newRecoveryKey(): string {
  const text = encodeRecoveryKey(crypto.getRandomValues(new Uint8Array(KEY_BYTES)));
  if (!text) throw new Error("a key without bytes");
  return text;
}

/**
 * The bytes of a key that was typed or pasted; null when it is not a whole one. Lines and spaces do
 * not matter, nor the wide letters of a Chinese keyboard.
 */
export function readRecoveryKey(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return decodeRecoveryKey(text.normalize("NFKC").replace(/\s+/g, ""));
  } catch {
    return null;
  }
}
