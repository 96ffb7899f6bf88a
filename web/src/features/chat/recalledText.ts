import type { TFunction } from "i18next";
import type { Message } from "@/matrix/timeline/message";

type Recalled = Extract<Message, { kind: "recalled" }>;

/** The quiet line that stands where a recalled message was. */
export function recalledText(
  t: TFunction,
  { sender, by, mine }: Recalled,
  myUserId: string,
): string {
  const byMe = by.userId === myUserId;
  if (byMe && mine) return t("chat.recalledByMe");
  if (byMe) return t("chat.recalledByMeOf", { whom: sender.name });
  if (by.userId === sender.userId) return t("chat.recalledBy", { name: by.name });
  if (mine) return t("chat.recalledMine", { name: by.name });
  return t("chat.recalledOf", { name: by.name, whom: sender.name });
}
