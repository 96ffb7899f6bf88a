import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMessenger } from "@/features/account/messenger";
import { problemText } from "@/features/account/problemText";
import { Kept } from "@/kit/kept";
import type { Letter } from "@/matrix/authLetter";
import { placeOf } from "@/matrix/session";
import { BackLink } from "@/ui/BackLink";
import { Pad, Page, Section } from "@/ui/Page";
import { ErrorState, Skeleton } from "@/ui/Placeholders";
import { TopBar } from "@/ui/TopBar";
import { AddAddress } from "./AddAddress";
import { AddressRow } from "./AddressRow";
import { ConfirmAddress } from "./ConfirmAddress";

const HOUR_MS = 3_600_000;

/** One's own e-mail addresses: seen, added through a letter, and removed. */
export function EmailPage() {
  const { t } = useTranslation();
  const { account, session } = useMessenger();
  const queries = useQueryClient();
  const [kept] = useState(() => new Kept<Letter>(placeOf(session.userId, "letter"), HOUR_MS));
  const [letter, setLetter] = useState(() => kept.get());
  const addresses = useQuery({ queryKey: ["addresses"], queryFn: () => account.addresses.all() });
  const changed = () => queries.invalidateQueries({ queryKey: ["addresses"] });
  const keep = (sent: Letter) => {
    kept.set(sent);
    setLetter(sent);
  };
  const end = () => {
    kept.clear();
    setLetter(null);
    void changed();
  };
  const body = addresses.data ? (
    <>
      {addresses.data.length > 0 && (
        <Section>
          {addresses.data.map((address) => (
            <AddressRow key={address} address={address} onRemoved={changed} />
          ))}
        </Section>
      )}
      {letter ? (
        <ConfirmAddress letter={letter} onSent={keep} onEnd={end} />
      ) : (
        <AddAddress isFirst={addresses.data.length === 0} onSent={keep} />
      )}
    </>
  ) : (
    <Loading error={addresses.error} onRetry={() => void addresses.refetch()} />
  );
  return (
    <Page
      bar={<TopBar title={t("me.email")} back={<BackLink to="/me" label={t("common.back")} />} />}
    >
      <Pad>
        <p>{t("email.why")}</p>
      </Pad>
      {body}
    </Page>
  );
}

function Loading({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { t } = useTranslation();
  if (!error) return <Skeleton rows={1} label={t("common.loading")} />;
  return <ErrorState text={problemText(t, error)} retry={t("common.retry")} onRetry={onRetry} />;
}
