import { PICTURE_TYPES } from "@/matrix/messageBody";
import type { Draft } from "@/matrix/outbox/item";

/** A picture is what every browser shows as one; all else is a file. */
export function draftOfFile(file: File, as?: "file"): Draft {
  const kind = as ?? (PICTURE_TYPES.includes(file.type) ? "picture" : "file");
  return { kind, blob: file, name: file.name, type: file.type || "application/octet-stream" };
}
