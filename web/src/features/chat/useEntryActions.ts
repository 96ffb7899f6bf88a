import { useTranslation } from "react-i18next";
import { useMessenger } from "@/features/account/messenger";
import { problemText } from "@/features/account/problemText";
import { saveFile } from "@/kit/saveFile";
import type { Message } from "@/matrix/timeline/message";
import { useChatDesk } from "./chatDesk";
import { linksOf } from "./links";
import type { Entry } from "./menu";

function textOf(message: Message): string {
  if (message.kind === "message") return message.body.kind === "text" ? message.body.text : "";
  if (message.kind !== "outgoing") return "";
  return message.item.draft.kind === "text" ? message.item.draft.text : "";
}

/** What each entry of a message's menu does. */
export function useEntryActions(
  message: Message,
  onOpenPicture: () => void = () => {},
): Record<Entry, () => void> {
  const { t } = useTranslation();
  const { media, outbox } = useMessenger();
  const { conversation, tell } = useChatDesk();
  const attempt = (work: () => Promise<unknown>, failed: (error: unknown) => string) => {
    tell(null);
    work().catch((error) => tell(failed(error)));
  };
  const copy = (text: string) =>
    attempt(
      () => navigator.clipboard.writeText(text),
      () => t("chat.copyFailed"),
    );
  const save = async () => {
    if (message.kind !== "message" || !("file" in message.body)) return;
    const { file } = message.body;
    saveFile(await media.open(file), file.name);
  };
  const recall = async () => {
    if (message.kind === "message") await conversation.recall(message);
  };
  const say = (error: unknown) => problemText(t, error);
  return {
    copy: () => copy(textOf(message)),
    copyLink: () => copy(linksOf(textOf(message))[0] ?? ""),
    openPicture: onOpenPicture,
    save: () => attempt(save, () => t("chat.downloadFailed")),
    recall: () => attempt(recall, say),
    cancel: () => attempt(() => outbox.cancel(message.key), say),
    retry: () => attempt(() => outbox.retry(message.key), say),
    discard: () => attempt(() => outbox.discard(message.key), say),
  };
}
