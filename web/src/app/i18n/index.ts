import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { language, preferences } from "@/kit/preferences";
import { noteLanguage } from "@/kit/workerLanguage";
import { en } from "./en";
import { zhCN } from "./zh-CN";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "translation";
    resources: { translation: typeof en };
  }
}

function follow(): void {
  const chosen = language();
  document.documentElement.lang = chosen;
  void i18next.changeLanguage(chosen);
  void noteLanguage(chosen).catch(() => {});
}

export function startI18n(): void {
  void i18next.use(initReactI18next).init({
    resources: { en: { translation: en }, "zh-CN": { translation: zhCN } },
    lng: language(),
    fallbackLng: false,
    // React escapes what it renders.
    interpolation: { escapeValue: false },
  });
  follow();
  preferences.subscribe(follow);
}
