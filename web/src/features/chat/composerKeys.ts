interface Key {
  key: string;
  shiftKey: boolean;
  isComposing: boolean;
  keyCode: number;
}

/** What browsers give for a key that went to an input method, pinyin for one. */
const TAKEN_BY_INPUT_METHOD = 229;

/** Enter sends; not with Shift, and not while it ends a word. Safari tells of that by the code alone. */
export function isSendKey({ key, shiftKey, isComposing, keyCode }: Key): boolean {
  return key === "Enter" && !shiftKey && !isComposing && keyCode !== TAKEN_BY_INPUT_METHOD;
}
