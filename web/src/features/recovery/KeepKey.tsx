import { Copy, DownloadSimple, Printer } from "@phosphor-icons/react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { FormPage } from "@/features/account/FormPage";
import { useMessenger } from "@/features/account/messenger";
import { saveFile } from "@/kit/saveFile";
import { Button } from "@/ui/Button";
import { drawCard } from "./drawCard";
import styles from "./KeepKey.module.css";
import { KeyCard } from "./KeyCard";

interface Props {
  text: string;
  onKept: () => void;
  isPending?: boolean;
  problem?: string | null;
  inPane?: boolean;
}

/** The recovery key as text and as a card to save or print. */
export function KeepKey({ text, onKept, isPending, problem, inPane }: Props) {
  const { t } = useTranslation();
  const { session } = useMessenger();
  const [copied, setCopied] = useState(false);
  const words = {
    title: `${t("app.name")} · ${t("recovery.cardTitle")}`,
    owner: t("recovery.cardOf", { id: session.userId }),
    keep: t("recovery.cardKeep"),
  };
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  const save = async () =>
    saveFile(await drawCard(text, words), `teahouse-${session.userId.slice(1)}.png`);
  return (
    <FormPage
      title={t("recovery.title")}
      lead={t("recovery.why")}
      problem={problem}
      onSubmit={() => isPending || onKept()}
      inPane={inPane}
    >
      <KeyCard text={text} {...words} />
      <div className={styles.actions}>
        <Button look="plain" onPress={() => void copy()}>
          <Copy size="1.25em" aria-hidden />
          {copied ? t("recovery.copied") : t("recovery.copy")}
        </Button>
        <Button look="plain" onPress={() => void save()}>
          <DownloadSimple size="1.25em" aria-hidden />
          {t("recovery.saveCard")}
        </Button>
        <Button look="plain" onPress={() => window.print()}>
          <Printer size="1.25em" aria-hidden />
          {t("recovery.printCard")}
        </Button>
      </div>
      <Button type="submit" wide isPending={isPending}>
        {t("recovery.kept")}
      </Button>
    </FormPage>
  );
}
