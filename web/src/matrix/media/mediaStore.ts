import type { MatrixClient } from "matrix-js-sdk";
import type { Attachment, MediaPlace } from "../messageBody";
import { Problem } from "../problem";
import { unseal } from "./cipher";
import { safeType } from "./types";

const CACHE = "teahouse-media";
/** Larger files are fetched again instead of being kept on the device. */
const KEEP_MAX_BYTES = 8 * 1024 * 1024;

/** Pictures and files of messages, and faces. What is kept on the device is kept as the server has it. */
export class MediaStore {
  #limit: Promise<number | null> | null = null;

  constructor(private readonly client: MatrixClient) {}

  /** The largest file that the server takes; null while it can't be asked. */
  async limitBytes(): Promise<number | null> {
    this.#limit ??= this.client
      .getMediaConfig(true)
      .then((config) => config["m.upload.size"] ?? null);
    return this.#limit.catch(() => {
      this.#limit = null;
      return null;
    });
  }

  async open(place: MediaPlace | Attachment): Promise<Blob> {
    const bytes = await this.#fetch(
      this.client.mxcUrlToHttp(place.mxc, undefined, undefined, undefined, false, true, true),
    );
    const plain = place.sealed ? await unseal(bytes, place.sealed) : bytes;
    return new Blob([plain], { type: safeType("type" in place ? place.type : undefined) });
  }

  async face(mxc: string, sizePx: number): Promise<Blob> {
    const bytes = await this.#fetch(
      this.client.mxcUrlToHttp(mxc, sizePx, sizePx, "crop", false, true, true),
    );
    return new Blob([bytes]);
  }

  async #fetch(url: string | null): Promise<ArrayBuffer> {
    if (!url) throw new Problem("M_NOT_FOUND", 404);
    const cache = await caches.open(CACHE).catch(() => null);
    const kept = await cache?.match(url);
    if (kept) return kept.arrayBuffer();
    const answer = await fetch(url, {
      headers: { Authorization: `Bearer ${this.client.getAccessToken()}` },
    }).catch(() => {
      throw new Problem("OFFLINE");
    });
    if (!answer.ok) throw new Problem("M_NOT_FOUND", answer.status);
    const bytes = await answer.arrayBuffer();
    if (bytes.byteLength <= KEEP_MAX_BYTES) void cache?.put(url, new Response(bytes.slice(0)));
    return bytes;
  }
}

export function forgetMedia(): Promise<boolean> {
  return caches.delete(CACHE);
}
