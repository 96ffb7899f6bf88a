import type { TFunction } from "i18next";
import type { Notice } from "@/matrix/timeline/notice";

export function noticeText(t: TFunction, locale: string, { what, who, whom }: Notice): string {
  return t(`notice.${what}`, { who, whom: new Intl.ListFormat(locale).format(whom) });
}
