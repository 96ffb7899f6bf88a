import { MagnifyingGlass, X } from "@phosphor-icons/react";
import type { FormEvent } from "react";
import { Input, TextField } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { IconButton } from "@/ui/IconButton";
import styles from "./PaletteField.module.css";

interface Props {
  hasList: boolean;
  /** Enter was pressed before anything was chosen. */
  onEnter: () => void;
  onClose: () => void;
}

/** Where one types; the list below is chosen from without leaving it. */
export function PaletteField({ hasList, onEnter, onClose }: Props) {
  const { t } = useTranslation();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const input = event.currentTarget.querySelector("input");
    if (!input?.hasAttribute("aria-activedescendant")) onEnter();
  };
  return (
    <form className={styles.head} onSubmit={submit}>
      <MagnifyingGlass aria-hidden />
      <TextField aria-label={t("finder.title")} className={styles.field} autoFocus>
        <Input
          placeholder={t("finder.hint")}
          autoComplete="off"
          autoCorrect="off"
          autoCapitalize="none"
          spellCheck="false"
          enterKeyHint="go"
          role="combobox"
          aria-expanded={hasList}
        />
      </TextField>
      <IconButton label={t("common.close")} onPress={onClose}>
        <X />
      </IconButton>
    </form>
  );
}
