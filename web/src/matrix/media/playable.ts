import { type Measured, smallCopy } from "./thumbnail";

/** Whatever a browser can read at all it reads in this time. */
const PATIENCE_MS = 15_000;
/** The first moment is often black. */
const POSTER_AT_S = 1;

/** Null when this browser can't play it as a video. */
export async function measureVideo(
  blob: Blob,
): Promise<(Measured & { durationMs: number }) | null> {
  const video = document.createElement("video");
  return opened(video, blob, async () => {
    const { videoWidth: width, videoHeight: height } = video;
    if (!width || !height) return null;
    const durationMs = await lengthOf(video);
    await seek(video, Math.min(POSTER_AT_S, durationMs / 4_000));
    return { width, height, durationMs, thumbnail: await smallCopy(video, width, height) };
  });
}

/** Null when this browser can't play it. */
export async function measureAudio(blob: Blob): Promise<{ durationMs: number } | null> {
  const audio = document.createElement("audio");
  return opened(audio, blob, async () => ({ durationMs: await lengthOf(audio) }));
}

async function opened<T>(
  player: HTMLMediaElement,
  blob: Blob,
  look: () => Promise<T>,
): Promise<T | null> {
  const url = URL.createObjectURL(blob);
  player.muted = true;
  player.preload = "auto";
  player.setAttribute("playsinline", "");
  try {
    const ready = happened(player, "loadeddata");
    player.src = url;
    player.load();
    await ready;
    return await look();
  } catch {
    return null;
  } finally {
    player.removeAttribute("src");
    player.load();
    URL.revokeObjectURL(url);
  }
}

const isTold = (player: HTMLMediaElement) => Number.isFinite(player.duration);

/** What was recorded by a browser does not say how long it is, until one has been at its end. */
async function lengthOf(player: HTMLMediaElement): Promise<number> {
  if (!isTold(player)) {
    const found = happened(player, "durationchange", () => isTold(player));
    player.currentTime = Number.MAX_SAFE_INTEGER;
    await found.catch(() => {});
  }
  return isTold(player) ? Math.round(player.duration * 1000) : 0;
}

async function seek(player: HTMLMediaElement, seconds: number): Promise<void> {
  const there = happened(player, "seeked");
  player.currentTime = seconds;
  await there;
}

/** Errors: when the player can't go on, or it takes too long. */
function happened(
  player: HTMLMediaElement,
  name: "loadeddata" | "durationchange" | "seeked",
  enough: () => boolean = () => true,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(reject, PATIENCE_MS);
    player.addEventListener(name, () => {
      if (!enough()) return;
      clearTimeout(late);
      resolve();
    });
    player.addEventListener("error", reject);
  });
}
