import { EnvelopeSimple } from "@phosphor-icons/react";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type Letter, sendAgain } from "@/matrix/authLetter";
import type { Problem } from "@/matrix/problem";
import { Button } from "@/ui/Button";
import styles from "./Letter.module.css";
import { problemText } from "./problemText";

const HOLE = "\uFFFC";

/** A sentence with the address, which stays in one piece where it can. */
export function LetterSent({
  address,
  text,
}: {
  address: string;
  text: (address: string) => string;
}) {
  const [before = "", after = ""] = text(HOLE).split(HOLE);
  const stop = /^\p{Po}/u.exec(after)?.[0] ?? "";
  return (
    <>
      {before}
      <span className={styles.address}>
        <strong>{address}</strong>
        {stop}
      </span>
      {after.slice(stop.length)}
    </>
  );
}

interface StandingProps {
  isOver: boolean;
  problem: Problem | null;
}

/** How it stands with the link of a letter. */
export function LetterStanding({ isOver, problem }: StandingProps) {
  const { t } = useTranslation();
  const still = isOver || problem !== null;
  return (
    <p className={styles.standing} role="status" data-still={still || undefined}>
      <EnvelopeSimple className={styles.icon} aria-hidden />
      <span>
        {isOver ? t("letter.over") : problem ? problemText(t, problem) : t("letter.waiting")}
      </span>
    </p>
  );
}

interface ActionsProps {
  letter: Letter;
  onSent: (letter: Letter) => void;
  onChange: () => void;
}

/** When no letter comes. */
export function LetterActions({ letter, onSent, onChange }: ActionsProps) {
  const { t } = useTranslation();
  const again = useMutation({ mutationFn: () => sendAgain(letter), onSuccess: onSent });
  return (
    <div className={styles.actions}>
      <p className={styles.hint} role={again.isIdle ? undefined : "status"}>
        {again.error && problemText(t, again.error)}
        {again.isSuccess && t("letter.sentAgain")}
        {(again.isIdle || again.isPending) && t("letter.nothing")}
      </p>
      <Button look="plain" isPending={again.isPending} onPress={() => again.mutate()}>
        {t("letter.again")}
      </Button>
      <Button look="plain" onPress={onChange}>
        {t("letter.change")}
      </Button>
    </div>
  );
}
