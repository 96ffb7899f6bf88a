import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMessenger } from "@/features/account/messenger";
import { problemText } from "@/features/account/problemText";
import { toProblem } from "@/matrix/problem";
import { Button } from "@/ui/Button";
import { TextField } from "@/ui/TextField";

const WRONG_KEY = ["BAD_RECOVERY_KEY", "NO_RECOVERY_KEY"];

/** The field for the recovery key and its button; what stands around it is the page's. */
export function useUnlock(onDone: () => void) {
  const { recovery } = useMessenger();
  return useMutation({ mutationFn: (text: string) => recovery.unlock(text), onSuccess: onDone });
}

export function UnlockFields({ unlock }: { unlock: ReturnType<typeof useUnlock> }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const wrong = unlock.error && WRONG_KEY.includes(toProblem(unlock.error).code);
  const problem = unlock.error && (wrong ? t("recovery.keyWrong") : problemText(t, unlock.error));
  return (
    <>
      <TextField
        label={t("recovery.key")}
        hint={t("recovery.keyHint")}
        problem={problem}
        value={text}
        onChange={setText}
        lines={3}
        autoComplete="off"
        autoCorrect="off"
        spellCheck="false"
        autoFocus
      />
      <Button
        wide
        isPending={unlock.isPending}
        onPress={() => text.trim() && unlock.mutate(text.trim())}
      >
        {unlock.isPending ? t("recovery.unlocking") : t("recovery.unlock")}
      </Button>
    </>
  );
}
