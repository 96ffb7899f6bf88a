import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { Autocomplete } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { useLocale, useMessenger } from "@/features/account/messenger";
import { problemText } from "@/features/account/problemText";
import { useHasEmail } from "@/features/account/useHasEmail";
import { useSignal } from "@/kit/signal";
import { primaryLinkClass } from "@/ui/linkClass";
import { EmptyState } from "@/ui/Placeholders";
import { FindingList } from "./FindingList";
import { type Finding, findings, type Group } from "./findings";
import styles from "./Palette.module.css";
import { PaletteField } from "./PaletteField";
import { places } from "./places";
import { useGoTo } from "./useGoTo";
import { type Stranger, useStranger } from "./useStranger";

/** A field, and below it what fits: arrow keys choose, Enter goes there. */
export function Palette({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const { groups, stranger } = useFindings(typed);
  const goTo = useGoTo(onDone);
  const choose = (finding: Finding | undefined) => {
    if (finding && !goTo.isPending) goTo.mutate(finding);
  };
  const none = groups.length === 0 && !stranger.asking;
  return (
    <Autocomplete
      inputValue={typed}
      onInputChange={(text) => {
        setTyped(text);
        goTo.reset();
      }}
    >
      <PaletteField
        hasList={groups.length > 0}
        onEnter={() => choose(groups[0]?.findings[0])}
        onClose={onDone}
      />
      {goTo.error && (
        <p className={styles.problem} role="alert">
          {problemText(t, goTo.error)}
        </p>
      )}
      <FindingList groups={groups} onChoose={choose} />
      <div className={styles.nothing} role="status">
        {none && <Nothing stranger={stranger} typed={typed} onDone={onDone} />}
      </div>
    </Autocomplete>
  );
}

function useFindings(typed: string): { groups: Group[]; stranger: Stranger } {
  const { t } = useTranslation();
  const locale = useLocale();
  const { chatList, recovery, session } = useMessenger();
  const chats = useSignal(chatList.chats);
  const locked = useSignal(recovery.locked);
  const stranger = useStranger(typed, (userId) =>
    chats.some(({ partner, invitation }) => partner === userId && !invitation),
  );
  const { person } = stranger;
  const hasEmail = useHasEmail();
  const groups = useMemo(() => {
    const known = places(t, { ownId: session.userId, locked, hasEmail });
    return findings({ typed, locale, chats, places: known, stranger: person });
  }, [t, typed, locale, chats, locked, session.userId, hasEmail, person]);
  return { groups, stranger };
}

interface NothingProps {
  stranger: Stranger;
  typed: string;
  onDone: () => void;
}

function Nothing({ stranger, typed, onDone }: NothingProps) {
  const { t } = useTranslation();
  const meantAnId = typed.trim().startsWith("@") && stranger.nobody;
  const text = stranger.error
    ? problemText(t, stranger.error)
    : t(meantAnId ? "find.nobody" : "finder.nothing");
  const action = (
    <Link to="/chats/new" className={primaryLinkClass} onClick={onDone}>
      {t("finder.toId")}
    </Link>
  );
  return <EmptyState text={text} action={action} />;
}
