import { useTranslation } from "react-i18next";
import { useLocale } from "@/features/account/messenger";
import { type Readable, Signal, useSignal } from "@/kit/signal";
import type { Conversation } from "@/matrix/timeline/conversation";

const NOBODY: Readable<readonly string[]> = new Signal<readonly string[]>([]);

interface Props {
  conversation: Conversation | null;
  /** What stands there while nobody types. */
  otherwise: string | null | undefined;
}

export function TypingLine({ conversation, otherwise }: Props) {
  const { t } = useTranslation();
  const locale = useLocale();
  const names = useSignal<readonly string[]>(conversation?.typing ?? NOBODY);
  if (names.length === 0) return otherwise ?? null;
  const list = new Intl.ListFormat(locale, { style: "narrow" }).format(names);
  return (
    <span aria-live="polite">
      {t(names.length === 1 ? "chat.typing" : "chat.typingMany", { names: list })}
    </span>
  );
}
