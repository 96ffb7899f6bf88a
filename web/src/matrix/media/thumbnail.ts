/** Pictures larger than this on a side get a small copy for the conversation. */
const MAX_SIDE_PX = 800;
const QUALITY = 0.8;

export interface Measured {
  width: number;
  height: number;
  thumbnail: { blob: Blob; width: number; height: number } | null;
}

function shrunk(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, MAX_SIDE_PX / Math.max(width, height));
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
}

/** Null when the browser can't read it as a picture. */
export async function measure(picture: Blob): Promise<Measured | null> {
  const bitmap = await createImageBitmap(picture).catch(() => null);
  if (!bitmap) return null;
  const { width, height } = bitmap;
  try {
    if (Math.max(width, height) <= MAX_SIDE_PX) return { width, height, thumbnail: null };
    const small = shrunk(width, height);
    const canvas = new OffscreenCanvas(small.width, small.height);
    canvas.getContext("2d")?.drawImage(bitmap, 0, 0, small.width, small.height);
    const blob = await canvas.convertToBlob({ type: "image/webp", quality: QUALITY });
    return { width, height, thumbnail: { blob, ...small } };
  } finally {
    bitmap.close();
  }
}
