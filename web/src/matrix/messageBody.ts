import type { IContent, MatrixEvent } from "matrix-js-sdk";
import type { SealedFile } from "./media/cipher";
import { AUDIO_TYPES, PICTURE_TYPES, plainType, VIDEO_TYPES } from "./media/types";

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

interface VideoBody {
  kind: "video";
  file: Attachment;
  /** A picture of it; null when its sender gave none. */
  poster: MediaPlace | null;
  /** 0 when they were not told. */
  width: number;
  height: number;
  durationMs: number;
}

export type MessageBody =
  | { kind: "text"; text: string; edited: boolean }
  | { kind: "picture"; file: Attachment; thumbnail: MediaPlace; width: number; height: number }
  | VideoBody
  | { kind: "audio"; file: Attachment; durationMs: number }
  | { kind: "file"; file: Attachment }
  | { kind: "recalled" }
  | { kind: "locked" };

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
    type: plainType(content.info?.mimetype),
    sizeBytes: amount(content.info?.size),
  };
}

/** What another client wrote may be anything. */
function amount(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? value : 0;
}

function media(content: IContent): MessageBody | null {
  const file = attachment(content);
  if (!file) return null;
  const { info } = content;
  const small = place(info?.thumbnail_file, info?.thumbnail_url);
  const size = { width: amount(info?.w), height: amount(info?.h) };
  const durationMs = amount(info?.duration);
  if (content.msgtype === "m.image" && PICTURE_TYPES.includes(file.type))
    return { kind: "picture", file, thumbnail: small ?? file, ...size };
  if (content.msgtype === "m.video" && VIDEO_TYPES.includes(file.type))
    return { kind: "video", file, poster: small, ...size, durationMs };
  if (content.msgtype === "m.audio" && AUDIO_TYPES.includes(file.type))
    return { kind: "audio", file, durationMs };
  return { kind: "file", file };
}

/** A reaction that was taken back was no message either. */
const SAID = ["m.room.message", "m.room.encrypted"];

/** What a message says, or null when it is no message that people see. */
export function bodyOf(event: MatrixEvent): MessageBody | null {
  if (event.isRedacted()) return SAID.includes(event.getType()) ? { kind: "recalled" } : null;
  if (event.isDecryptionFailure()) return { kind: "locked" };
  // It will be there in a moment: shown closed meanwhile it would push what is read aside.
  if (event.isBeingDecrypted()) return null;
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
