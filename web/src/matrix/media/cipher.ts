/**
 * Encryption of attachments: AES-256-CTR, and a SHA-256 of the encrypted bytes.
 * Spec: client-server API, "Sending encrypted attachments" (EncryptedFile, version v2).
 */
export interface SealedFile {
  v: "v2";
  key: { kty: "oct"; key_ops: string[]; alg: "A256CTR"; k: string; ext: true };
  iv: string;
  hashes: { sha256: string };
}

/** 64 bits of nonce and 64 of counter, so that the counter can't run into another file's nonce. */
const NONCE_BYTES = 8;
const COUNTER_BITS = 64;

export class TamperedFile extends Error {}

function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replace(/=+$/, "");
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

async function sha256(bytes: BufferSource): Promise<string> {
  return toBase64(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

export async function seal(
  plain: BufferSource,
): Promise<{ bytes: ArrayBuffer; sealed: SealedFile }> {
  const iv = new Uint8Array(16);
  crypto.getRandomValues(iv.subarray(0, NONCE_BYTES));
  const key = await crypto.subtle.generateKey({ name: "AES-CTR", length: 256 }, true, [
    "encrypt",
    "decrypt",
  ]);
  const way = { name: "AES-CTR", counter: iv, length: COUNTER_BITS };
  const bytes = await crypto.subtle.encrypt(way, key, plain);
  const { k } = await crypto.subtle.exportKey("jwk", key);
  const sealed: SealedFile = {
    v: "v2",
    key: { kty: "oct", key_ops: ["encrypt", "decrypt"], alg: "A256CTR", k: k ?? "", ext: true },
    iv: toBase64(iv),
    hashes: { sha256: await sha256(bytes) },
  };
  return { bytes, sealed };
}

/** Errors: TamperedFile when the bytes are not those that the sender sealed. */
export async function unseal(bytes: ArrayBuffer, sealed: SealedFile): Promise<ArrayBuffer> {
  if ((await sha256(bytes)) !== sealed.hashes.sha256.replace(/=+$/, "")) throw new TamperedFile();
  const key = await crypto.subtle.importKey("jwk", sealed.key, { name: "AES-CTR" }, false, [
    "decrypt",
  ]);
  const way = { name: "AES-CTR", counter: fromBase64(sealed.iv), length: COUNTER_BITS };
  return crypto.subtle.decrypt(way, key, bytes);
}
