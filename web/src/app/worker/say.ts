import type { Language } from "@/kit/workerLanguage";
import { en } from "../i18n/en";
import { zhCN } from "../i18n/zh-CN";

type Sections = typeof en;
type Key = {
  [S in keyof Sections]: `${S}.${keyof Sections[S] & string}`;
}[keyof Sections];

const CATALOGUES: Record<Language, Record<string, Record<string, string>>> = { en, "zh-CN": zhCN };

/** A sentence of the catalogue, without the library that the pages use: the worker stays small. */
export function say(language: Language, key: Key, holes: Record<string, string> = {}): string {
  const [section = "", name = ""] = key.split(".");
  const sentence = CATALOGUES[language][section]?.[name] ?? "";
  return sentence.replace(/{{(\w+)}}/g, (_, hole: string) => holes[hole] ?? "");
}
