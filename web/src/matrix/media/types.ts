/**
 * What a browser may show or play, and can't carry a script. A blob of this origin must never be a
 * page or a script, whatever its sender called it: all other types are files.
 */
export const PICTURE_TYPES = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"];

export const VIDEO_TYPES = [
  "video/mp4",
  "video/webm",
  "video/ogg",
  "video/quicktime",
  "video/3gpp",
];

export const AUDIO_TYPES = [
  "audio/mpeg",
  "audio/mp4",
  "audio/x-m4a",
  "audio/aac",
  "audio/ogg",
  "audio/opus",
  "audio/webm",
  "audio/wav",
  "audio/x-wav",
  "audio/wave",
  "audio/flac",
  "audio/x-flac",
];

const UNKNOWN = "application/octet-stream";
const SHOWN = [...PICTURE_TYPES, ...VIDEO_TYPES, ...AUDIO_TYPES];

/** `video/webm;codecs=vp8` is `video/webm`. */
export function plainType(type: string | undefined): string {
  return type?.split(";", 1)[0]?.trim().toLowerCase() || UNKNOWN;
}

export function safeType(type: string | undefined): string {
  return type && SHOWN.includes(type) ? type : UNKNOWN;
}
