import type { IContent, MatrixEvent } from "matrix-js-sdk";
import type { SealedFile } from "./media/cipher";

/** Where the bytes of a picture or file are; `sealed` when they are encrypted. */
export interface MediaPlace {
  mxc: string;
  sealed?: SealedFile;
}

export interface Attachment extends MediaPlace {
  name: string;
  type: string;
  sizeBytes: number;
}

export type MessageBody =
  | { kind: "text"; text: string; edited: boolean }
  | { kind: "picture"; file: Attachment; thumbnail: MediaPlace; width: number; height: number }
  | { kind: "file"; file: Attachment }
  | { kind: "recalled" }
  | { kind: "locked" };

/** Types that a browser shows as a picture and that can't carry a script. */
export const PICTURE_TYPES = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"];

function place(sealed: unknown, url: unknown): MediaPlace | null {
  const file = sealed as (SealedFile & { url?: string }) | undefined;
  if (file?.url) return { mxc: file.url, sealed: file };
  return typeof url === "string" ? { mxc: url } : null;
}

function attachment(content: IContent): Attachment | null {
  const where = place(content.file, content.url);
  if (!where) return null;
  return {
    ...where,
    name: String(content.filename ?? content.body ?? ""),
    type: String(content.info?.mimetype ?? "application/octet-stream"),
    sizeBytes: Number(content.info?.size ?? 0),
  };
}

function media(content: IContent): MessageBody | null {
  const file = attachment(content);
  if (!file) return null;
  if (content.msgtype !== "m.image" || !PICTURE_TYPES.includes(file.type))
    return { kind: "file", file };
  return {
    kind: "picture",
    file,
    thumbnail: place(content.info?.thumbnail_file, content.info?.thumbnail_url) ?? file,
    width: Number(content.info?.w ?? 0),
    height: Number(content.info?.h ?? 0),
  };
}

/** A reaction that was taken back was no message either. */
const SAID = ["m.room.message", "m.room.encrypted"];

/** What a message says, or null when it is no message that people see. */
export function bodyOf(event: MatrixEvent): MessageBody | null {
  if (event.isRedacted()) return SAID.includes(event.getType()) ? { kind: "recalled" } : null;
  if (event.isDecryptionFailure() || event.isBeingDecrypted()) return { kind: "locked" };
  if (event.getType() === "m.room.encrypted") return { kind: "locked" };
  if (event.getType() !== "m.room.message" || event.isRelation("m.replace")) return null;
  const content = event.getContent();
  const asMedia = media(content);
  if (asMedia) return asMedia;
  if (typeof content.body !== "string") return null;
  return {
    kind: "text",
    text: content.body,
    edited: event.replacingEvent() !== null && event.replacingEvent() !== undefined,
  };
}
