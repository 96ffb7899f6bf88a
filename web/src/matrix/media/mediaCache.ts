const CACHE = "teahouse-media";
const SIZE = "x-size-bytes";
/** Larger files are fetched again instead of being kept on the device. */
const KEEP_MAX_BYTES = 8 * 1024 * 1024;
const ALL_MAX_BYTES = 256 * 1024 * 1024;
/** To look at all that is there takes a moment. */
const LOOK_EVERY = 32;

/** Of what was kept, the oldest first: how many must go so that the rest is not too much. */
export function tooMany(sizesBytes: readonly number[], maxBytes: number): number {
  let sum = 0;
  const room = sizesBytes.findLastIndex((size) => {
    sum += size;
    return sum > maxBytes;
  });
  return room + 1;
}

/** Pictures and files on this device, as the server has them. What was kept longest makes way. */
export class MediaCache {
  #kept = 0;

  async get(url: string): Promise<ArrayBuffer | null> {
    const cache = await caches.open(CACHE).catch(() => null);
    const found = await cache?.match(url);
    return (await found?.arrayBuffer()) ?? null;
  }

  /** Errors: none; what the device can't keep is fetched again. */
  async keep(url: string, bytes: ArrayBuffer): Promise<void> {
    if (bytes.byteLength > KEEP_MAX_BYTES) return;
    try {
      const cache = await caches.open(CACHE);
      const headers = { [SIZE]: String(bytes.byteLength) };
      await cache.put(url, new Response(bytes.slice(0), { headers }));
      if (this.#kept++ % LOOK_EVERY === 0) await makeRoom(cache);
    } catch {
      // Its storage is full.
    }
  }
}

async function makeRoom(cache: Cache): Promise<void> {
  const urls = await cache.keys();
  const found = await Promise.all(urls.map((url) => cache.match(url)));
  const sizes = found.map((one) => Number(one?.headers.get(SIZE) ?? KEEP_MAX_BYTES));
  for (const url of urls.slice(0, tooMany(sizes, ALL_MAX_BYTES))) await cache.delete(url);
}

export function forgetMedia(): Promise<boolean> {
  return caches.delete(CACHE);
}
