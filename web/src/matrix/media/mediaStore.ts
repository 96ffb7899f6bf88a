import type { MatrixClient } from "matrix-js-sdk";
import type { Attachment, MediaPlace } from "../messageBody";
import { Problem } from "../problem";
import { unseal } from "./cipher";
import { MediaCache } from "./mediaCache";
import { safeType } from "./types";

/** Pictures and files of messages, and faces. What is kept on the device is kept as the server has it. */
export class MediaStore {
  readonly #cache = new MediaCache();
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
    const kept = await this.#cache.get(url);
    if (kept) return kept;
    const answer = await fetch(url, {
      headers: { Authorization: `Bearer ${this.client.getAccessToken()}` },
    }).catch(() => {
      throw new Problem("OFFLINE");
    });
    if (!answer.ok) throw new Problem("M_NOT_FOUND", answer.status);
    const bytes = await answer.arrayBuffer();
    void this.#cache.keep(url, bytes);
    return bytes;
  }
}
