import type { TFunction } from "i18next";
import type { OutboxItem } from "@/matrix/outbox/item";

/** Why a message did not go, with what to do, where that is known. */
export function refusalText(t: TFunction, { draft, content, refused }: OutboxItem): string {
  const isFile = draft.kind !== "text";
  switch (refused) {
    case "M_FORBIDDEN":
      // Before its content is complete, it was the file that was refused.
      return t(isFile && !content ? "chat.refusedSpace" : "chat.refusedHere");
    case "M_TOO_LARGE":
      return t(isFile ? "chat.refusedSize" : "chat.refusedLength");
    case "NOT_ENCRYPTED":
      return t("chat.refusedOpen");
    default:
      return t("chat.failed");
  }
}
