import { MagnifyingGlass } from "@phosphor-icons/react";
import { Button } from "react-aria-components";
import { useTranslation } from "react-i18next";
import styles from "./FindBar.module.css";
import { openFinder } from "./opening";

/** Looks like the field that it opens. */
export function FindBar() {
  const { t } = useTranslation();
  return (
    <Button className={styles.bar} onPress={openFinder} aria-keyshortcuts="Control+K Meta+K">
      <MagnifyingGlass aria-hidden size="1.125em" />
      <span className={styles.text}>{t("finder.title")}</span>
      <span className={styles.keys} aria-hidden="true">
        {isApple() ? "⌘K" : "Ctrl K"}
      </span>
    </Button>
  );
}

function isApple(): boolean {
  return /Mac|iP(hone|ad|od)/.test(navigator.platform);
}
