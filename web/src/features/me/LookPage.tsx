import { useTranslation } from "react-i18next";
import { preferences, setPreference } from "@/kit/preferences";
import { useSignal } from "@/kit/signal";
import { BackLink } from "@/ui/BackLink";
import { Choice } from "@/ui/Choice";
import { Page } from "@/ui/Page";
import { TopBar } from "@/ui/TopBar";
import styles from "./LookPage.module.css";

/** A language is named in itself, so that whoever is lost finds the way back. */
const LANGUAGES = [
  { value: "zh-CN", text: "简体中文" },
  { value: "en", text: "English" },
] as const;

export function LookPage() {
  const { t } = useTranslation();
  const { language, theme, size } = useSignal(preferences);
  return (
    <Page
      bar={<TopBar title={t("me.look")} back={<BackLink to="/me" label={t("common.back")} />} />}
    >
      <div className={styles.choices}>
        <Choice
          label={t("me.size")}
          value={size}
          onChange={(value) => setPreference("size", value)}
          options={[
            { value: "normal", text: t("me.normal") },
            { value: "large", text: t("me.large") },
            { value: "simple", text: t("me.simple"), hint: t("me.simpleHint") },
          ]}
        />
        <Choice
          label={t("me.theme")}
          value={theme}
          onChange={(value) => setPreference("theme", value)}
          options={[
            { value: "system", text: t("me.system") },
            { value: "light", text: t("me.light") },
            { value: "dark", text: t("me.dark") },
          ]}
        />
        <Choice
          label={t("me.language")}
          value={language}
          onChange={(value) => setPreference("language", value)}
          options={[{ value: "system", text: t("me.system") }, ...LANGUAGES]}
        />
      </div>
    </Page>
  );
}
