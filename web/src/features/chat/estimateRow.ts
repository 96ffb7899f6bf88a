import type { Row } from "./rows";

const LINE_PX = 23;
const LETTERS_PER_LINE = 30;
export const PICTURE_MAX_PX = 240;

/** The size in which a picture stands in a conversation, before it has loaded. */
export function pictureSize(width: number, height: number): { width: number; height: number } {
  if (!width || !height) return { width: PICTURE_MAX_PX, height: PICTURE_MAX_PX * 0.75 };
  const scale = Math.min(1, PICTURE_MAX_PX / width, (PICTURE_MAX_PX * 1.25) / height);
  return {
    width: Math.max(64, Math.round(width * scale)),
    height: Math.max(48, Math.round(height * scale)),
  };
}

/** A guess at a row's height, so that the list need not jump when the row is measured. */
export function estimateRow(row: Row | undefined): number {
  if (row?.kind !== "message") return 44;
  const { message } = row;
  if (message.kind !== "message") return 56;
  const { body } = message;
  if (body.kind === "picture") return pictureSize(body.width, body.height).height + 12;
  if (body.kind === "text") return Math.ceil(body.text.length / LETTERS_PER_LINE) * LINE_PX + 24;
  return 72;
}
