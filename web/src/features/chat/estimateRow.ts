import type { Row } from "./rows";

const LINE_PX = 23;
const LETTERS_PER_LINE = 30;
const PICTURE_MAX_PX = 240;

/** How much larger than normal people want things (see "size" in kit/preferences). */
export function sizeScale(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16 || 1;
}

/** The size in which a picture stands in a conversation, before it has loaded. */
export function pictureSize(width: number, height: number): { width: number; height: number } {
  const max = PICTURE_MAX_PX * sizeScale();
  if (!width || !height) return { width: max, height: max * 0.75 };
  const share = Math.min(1, max / width, (max * 1.25) / height);
  return {
    width: Math.max(64, Math.round(width * share)),
    height: Math.max(48, Math.round(height * share)),
  };
}

/** A guess at a row's height, so that the list need not jump when the row is measured. */
export function estimateRow(row: Row | undefined): number {
  if (row?.kind !== "message") return 44;
  const { message } = row;
  if (message.kind !== "message") return 56;
  const { body } = message;
  if (body.kind === "picture" || body.kind === "video")
    return pictureSize(body.width, body.height).height + 12;
  if (body.kind === "text")
    return Math.ceil(body.text.length / LETTERS_PER_LINE) * LINE_PX * sizeScale() + 18;
  return body.kind === "audio" ? 96 : 72;
}
