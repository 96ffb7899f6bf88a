import { useTranslation } from "react-i18next";
import { useLocale } from "@/features/account/messenger";
import type { Document } from "@/matrix/authSteps";
import { CheckLine } from "@/ui/CheckLine";

interface Props {
  documents: Document[];
  hasAccepted: boolean;
  onChange: (hasAccepted: boolean) => void;
  problem: string | null;
}

const HOLE = "\uFFFC";

/** What is accepted with an account: one sentence, with a link for each document. */
export function Documents({ documents, hasAccepted, onChange, problem }: Props) {
  const { t } = useTranslation();
  const locale = useLocale();
  const [before = "", after = ""] = t("signup.accept", { documents: HOLE }).split(HOLE);
  const names = documents.map(({ name }) => t("signup.document", { name }));
  const parts = new Intl.ListFormat(locale, { type: "conjunction" }).formatToParts(names);
  const left = [...documents];
  const links = parts.map(({ type, value }) => {
    const document = type === "element" ? left.shift() : undefined;
    return document ? (
      <a key={document.url} href={document.url} target="_blank" rel="noopener noreferrer">
        {value}
      </a>
    ) : (
      value
    );
  });
  return (
    <CheckLine label={before} isSelected={hasAccepted} onChange={onChange} problem={problem}>
      {links}
      {after}
    </CheckLine>
  );
}
