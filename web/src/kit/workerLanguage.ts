/**
 * The service worker speaks the person's language while no page is open. It can't see
 * localStorage, where the choice is; so each change is noted where both can look.
 */
const CACHE = "teahouse.language";
const PLACE = "/language";

export type Language = "zh-CN" | "en";

export async function noteLanguage(language: Language): Promise<void> {
  if (!("caches" in globalThis)) return;
  const cache = await caches.open(CACHE);
  await cache.put(PLACE, new Response(language));
}

export async function notedLanguage(): Promise<Language> {
  const noted = await (await caches.open(CACHE)).match(PLACE);
  const text = noted ? await noted.text() : navigator.language;
  return text.toLowerCase().startsWith("zh") ? "zh-CN" : "en";
}
