import { PaperPlaneRight } from "@phosphor-icons/react";
import {
  type ClipboardEvent,
  type KeyboardEvent,
  type Ref,
  useEffect,
  useImperativeHandle,
  useRef,
} from "react";
import { TextArea, TextField } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { useMessenger } from "@/features/account/messenger";
import type { Conversation } from "@/matrix/timeline/conversation";
import { IconButton } from "@/ui/IconButton";
import { AttachMenu } from "./AttachMenu";
import styles from "./Composer.module.css";
import { isSendKey } from "./composerKeys";
import { filesOf } from "./offeredFiles";
import { useDraft } from "./useDraft";
import type { SendFiles } from "./useSendFiles";

/** On a touch keyboard the return key makes a line; the button sends. */
const TYPES_ON_KEYS = window.matchMedia("(pointer: fine)");

export interface ComposerHandle {
  /** Adds words to what is written already. */
  add: (text: string) => void;
}

interface Props {
  ref: Ref<ComposerHandle>;
  roomId: string;
  conversation: Conversation;
  onFiles: SendFiles;
  onPasteFiles: (files: File[]) => void;
  /** What went wrong last: why a file was not sent, a message not recalled. */
  problem: string | null;
  tell: (problem: string | null) => void;
}

export function Composer({ ref, roomId, conversation, problem, tell, ...files }: Props) {
  const { t } = useTranslation();
  const { outbox } = useMessenger();
  const [text, setText] = useDraft(roomId);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (TYPES_ON_KEYS.matches) field.current?.focus();
  }, []);

  useImperativeHandle(ref, () => ({
    add: (words) => {
      setText(text.trim() ? `${text}\n${words}` : words);
      field.current?.focus();
    },
  }));
  const write = (fresh: string) => {
    setText(fresh);
    void conversation.sayTyping(fresh.trim() !== "");
  };
  const send = async () => {
    const wording = text.trim();
    if (!wording) return;
    setText("");
    void conversation.sayTyping(false);
    field.current?.focus();
    try {
      await outbox.send(roomId, { kind: "text", text: wording });
      tell(null);
    } catch {
      const typedSince = field.current?.value ?? "";
      setText(typedSince ? `${wording}\n${typedSince}` : wording);
      tell(t("chat.unkept"));
    }
  };
  const onKey = (event: KeyboardEvent) => {
    if (!TYPES_ON_KEYS.matches || !isSendKey(event.nativeEvent)) return;
    event.preventDefault();
    void send();
  };
  const onPaste = (event: ClipboardEvent) => {
    const { clipboardData: brought } = event;
    const pasted = filesOf({ text: brought.getData("text/plain"), files: [...brought.files] });
    if (pasted.length === 0) return;
    event.preventDefault();
    files.onPasteFiles(pasted);
  };

  return (
    <div className={styles.ground}>
      {problem && (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
      <div className={styles.composer}>
        <AttachMenu onFiles={files.onFiles} />
        <TextField
          aria-label={t("chat.write")}
          value={text}
          onChange={write}
          className={styles.field}
          data-text={text}
        >
          <TextArea
            ref={field}
            rows={1}
            placeholder={t("chat.write")}
            onKeyDown={onKey}
            onPaste={onPaste}
            enterKeyHint="enter"
            dir="auto"
          />
        </TextField>
        <IconButton
          label={t("chat.send")}
          look="primary"
          isDisabled={!text.trim()}
          onPress={() => void send()}
        >
          <PaperPlaneRight weight="fill" size="1.25rem" />
        </IconButton>
      </div>
    </div>
  );
}
