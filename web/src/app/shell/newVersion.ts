import { Signal } from "@/kit/signal";

/** What switches to a newer app that has been fetched; null when this is the newest. */
export const newVersion = new Signal<(() => void) | null>(null);

/** The service worker keeps the app itself on the device, so that it opens without a connection. */
export async function keepAppOnDevice(): Promise<void> {
  if (!import.meta.env.PROD) return;
  const { registerSW } = await import("virtual:pwa-register");
  const update = registerSW({
    onNeedRefresh: () => newVersion.set(() => void update(true)),
  });
}
