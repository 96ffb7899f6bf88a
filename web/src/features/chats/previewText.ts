import type { TFunction } from "i18next";
import { noticeText } from "@/features/chat/noticeText";
import type { Preview } from "@/matrix/preview";

function said(t: TFunction, locale: string, what: Preview["what"]): string {
  switch (what.kind) {
    case "text":
      return what.text;
    case "picture":
      return t("preview.picture");
    case "video":
      return t("preview.video");
    case "audio":
      return t("preview.audio", { name: what.name });
    case "file":
      return t("preview.file", { name: what.name });
    case "recalled":
      return t("preview.recalled");
    case "locked":
      return t("preview.locked");
    case "notice":
      return noticeText(t, locale, what.notice);
  }
}

/** The second line of a chat in the list. */
export function previewText(t: TFunction, locale: string, preview: Preview | null): string {
  if (!preview) return "";
  const text = said(t, locale, preview.what);
  return preview.who ? t("preview.from", { name: preview.who, text }) : text;
}
