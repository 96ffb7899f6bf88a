/** Pictures larger than this on a side get a small copy for the conversation. */
const MAX_SIDE_PX = 800;
const QUALITY = 0.8;

export interface Thumbnail {
  blob: Blob;
  width: number;
  height: number;
}

export interface Measured {
  width: number;
  height: number;
  thumbnail: Thumbnail | null;
}

function shrunk(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, MAX_SIDE_PX / Math.max(width, height));
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
}

export async function smallCopy(
  source: CanvasImageSource,
  width: number,
  height: number,
): Promise<Thumbnail> {
  const small = shrunk(width, height);
  const canvas = new OffscreenCanvas(small.width, small.height);
  canvas.getContext("2d")?.drawImage(source, 0, 0, small.width, small.height);
  return { blob: await canvas.convertToBlob({ type: "image/webp", quality: QUALITY }), ...small };
}

/** Null when the browser can't read it as a picture. */
export async function measure(picture: Blob): Promise<Measured | null> {
  const bitmap = await createImageBitmap(picture).catch(() => null);
  if (!bitmap) return null;
  const { width, height } = bitmap;
  try {
    const small = Math.max(width, height) <= MAX_SIDE_PX;
    return { width, height, thumbnail: small ? null : await smallCopy(bitmap, width, height) };
  } finally {
    bitmap.close();
  }
}
