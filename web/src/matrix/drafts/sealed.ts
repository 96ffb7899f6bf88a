import { decodeBase64, encodeUnpaddedBase64 } from "matrix-js-sdk/lib/base64";

/** What is half written in a chat. An empty one says that what was there is gone. */
export interface Draft {
  text: string;
  /** When it was written, by the clock of that device, and later than what it replaced. */
  atMs: number;
}

/** The type of a room's account data; their content is documented in web/README.md. */
export const DRAFT_TYPE = "im.teahouse.draft";

export interface SealedDraft {
  algorithm: typeof ALGORITHM;
  nonce: string;
  ciphertext: string;
}

const ALGORITHM = "im.teahouse.draft.hkdf-sha256.aes-256-gcm";
const NONCE_BYTES = 12;
/** The length of what is written is nobody's business either. */
const PADDED_TO = 256;

/** The key of a person's drafts, from the private key of the backup: all devices that read history have it. */
export async function draftKey(backupKey: Uint8Array): Promise<CryptoKey> {
  const base = await crypto.subtle.importKey("raw", new Uint8Array(backupKey), "HKDF", false, [
    "deriveKey",
  ]);
  const hkdf = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: bytesOf(DRAFT_TYPE) };
  const aes = { name: "AES-GCM", length: 256 };
  return crypto.subtle.deriveKey(hkdf, base, aes, false, ["encrypt", "decrypt"]);
}

/** Opens in its own room only. */
export async function seal(key: CryptoKey, roomId: string, draft: Draft): Promise<SealedDraft> {
  const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const plain = padded(bytesOf(JSON.stringify(draft)));
  const ciphertext = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv, additionalData: bytesOf(roomId) },
    key,
    plain,
  );
  return {
    algorithm: ALGORITHM,
    nonce: encodeUnpaddedBase64(iv),
    ciphertext: encodeUnpaddedBase64(new Uint8Array(ciphertext)),
  };
}

/** Null for what was sealed with another key, for another room, or is none. */
export async function open(
  key: CryptoKey,
  roomId: string,
  content: unknown,
): Promise<Draft | null> {
  const { algorithm, nonce, ciphertext } = (content ?? {}) as Partial<SealedDraft>;
  if (algorithm !== ALGORITHM) return null;
  try {
    const plain = await crypto.subtle.decrypt(
      {
        name: "AES-GCM",
        iv: new Uint8Array(decodeBase64(String(nonce))),
        additionalData: bytesOf(roomId),
      },
      key,
      new Uint8Array(decodeBase64(String(ciphertext))),
    );
    return readDraft(new TextDecoder().decode(plain));
  } catch {
    return null;
  }
}

export function readDraft(json: string | null): Draft | null {
  try {
    const { text, atMs } = JSON.parse(json ?? "") as Partial<Draft>;
    return typeof text === "string" && typeof atMs === "number" ? { text, atMs } : null;
  } catch {
    return null;
  }
}

/** Of what is here and what another device wrote, the one that counts; at a tie, what is here. */
export function newer(here: Draft | undefined, there: Draft | undefined): Draft | undefined {
  if (!here || !there) return here ?? there;
  return there.atMs > here.atMs ? there : here;
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new TextEncoder().encode(text));
}

/** With spaces, which JSON does not mind. */
function padded(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(Math.ceil(bytes.length / PADDED_TO) * PADDED_TO).fill(0x20);
  whole.set(bytes);
  return whole;
}
