import { AUDIO_TYPES, PICTURE_TYPES, plainType, VIDEO_TYPES } from "@/matrix/media/types";
import type { Draft } from "@/matrix/outbox/item";

/** What browsers show or play goes as that; "as a file" keeps a picture or video from being shown. */
export function draftOfFile(file: File, as?: "file"): Draft {
  const type = plainType(file.type);
  return { kind: kindOf(type, as), blob: file, name: file.name, type };
}

function kindOf(type: string, as?: "file") {
  if (AUDIO_TYPES.includes(type)) return "audio";
  if (as) return as;
  if (PICTURE_TYPES.includes(type)) return "picture";
  return VIDEO_TYPES.includes(type) ? "video" : "file";
}
