const SIDE_PX = 512;
const QUALITY = 0.9;

/** The middle of a picture, as a square: what was shown around it, and where it was taken, stays home. */
export async function squarePicture(file: Blob): Promise<Blob> {
  const bitmap = await createImageBitmap(file);
  const side = Math.min(bitmap.width, bitmap.height);
  const canvas = new OffscreenCanvas(SIDE_PX, SIDE_PX);
  const from = { x: (bitmap.width - side) / 2, y: (bitmap.height - side) / 2 };
  canvas.getContext("2d")?.drawImage(bitmap, from.x, from.y, side, side, 0, 0, SIDE_PX, SIDE_PX);
  bitmap.close();
  return canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
}
