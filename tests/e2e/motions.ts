import { expect, type Page } from "@playwright/test";

/** The properties that animations of the page change, and how long each takes, as they begin. */
export async function motions(
  page: Page,
  act: () => Promise<void>,
): Promise<Record<string, number>> {
  await page.evaluate(() => {
    const seen: Record<string, number> = {};
    Object.assign(window, { seen });
    const look = () => {
      for (const animation of document.getAnimations()) {
        const effect = animation.effect as KeyframeEffect;
        const duration = Number(effect.getTiming().duration);
        for (const frame of effect.getKeyframes())
          for (const name of Object.keys(frame))
            if (!["offset", "easing", "composite", "computedOffset"].includes(name))
              seen[name] = Math.max(seen[name] ?? 0, duration);
      }
      requestAnimationFrame(look);
    };
    look();
  });
  await act();
  const read = () =>
    page.evaluate(() => (window as unknown as { seen: Record<string, number> }).seen);
  await expect.poll(async () => (await read()).opacity ?? 0).toBeGreaterThan(0);
  return read();
}
