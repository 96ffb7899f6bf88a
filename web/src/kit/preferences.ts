import { Signal } from "./signal";

export interface Preferences {
  language: "system" | "zh-CN" | "en";
  theme: "system" | "light" | "dark";
  size: "normal" | "large" | "simple";
}

const PLACE = "teahouse.preferences";
const DEFAULTS: Preferences = { language: "system", theme: "system", size: "normal" };

function read(): Preferences {
  try {
    return { ...DEFAULTS, ...JSON.parse(localStorage.getItem(PLACE) ?? "{}") };
  } catch {
    return DEFAULTS;
  }
}

/** Of this device, not of the account: a phone and a desktop differ. */
export const preferences = new Signal<Preferences>(read());

export function setPreference<K extends keyof Preferences>(name: K, value: Preferences[K]): void {
  preferences.update((old) => ({ ...old, [name]: value }));
  localStorage.setItem(PLACE, JSON.stringify(preferences.get()));
  showPreferences();
}

/** Theme and size are attributes of the page; public/boot.js sets the same before the first paint. */
export function showPreferences(): void {
  const { theme, size } = preferences.get();
  const { dataset } = document.documentElement;
  if (theme === "system") delete dataset.theme;
  else dataset.theme = theme;
  if (size === "normal") delete dataset.size;
  else dataset.size = size;
  showBarColour(theme);
}

/** The browser's own bar: of index.html's two colours, the one that is looked at. */
function showBarColour(theme: Preferences["theme"]): void {
  const bars = document.querySelectorAll<HTMLMetaElement>("meta[name=theme-color]");
  for (const [index, bar] of bars.entries()) {
    const its = index === 0 ? "light" : "dark";
    if (theme === "system") bar.media = `(prefers-color-scheme: ${its})`;
    else bar.media = theme === its ? "all" : "not all";
  }
}

export function language(): "zh-CN" | "en" {
  const chosen = preferences.get().language;
  if (chosen !== "system") return chosen;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh-CN" : "en";
}
