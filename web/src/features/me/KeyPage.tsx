import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMessenger } from "@/features/account/messenger";
import { problemText } from "@/features/account/problemText";
import { KeepKey } from "@/features/recovery/KeepKey";
import { BackLink } from "@/ui/BackLink";
import { Button } from "@/ui/Button";
import { Pad, Page } from "@/ui/Page";
import { TopBar } from "@/ui/TopBar";

/** A new recovery key, for who lost the card but still has a device. The old one works until it is kept. */
export function KeyPage() {
  const { t } = useTranslation();
  const { recovery } = useMessenger();
  const navigate = useNavigate();
  const [fresh, setFresh] = useState<string | null>(null);
  const take = useMutation({
    mutationFn: (text: string) => recovery.replaceKey(text),
    onSuccess: () => navigate({ to: "/me" }),
  });
  if (fresh) {
    return (
      <KeepKey
        inPane
        text={fresh}
        onKept={() => take.mutate(fresh)}
        isPending={take.isPending}
        problem={take.error && problemText(t, take.error)}
      />
    );
  }
  return (
    <Page
      bar={<TopBar title={t("me.newKey")} back={<BackLink to="/me" label={t("common.back")} />} />}
    >
      <Pad>
        <p>{t("me.newKeyWhy")}</p>
        <Button onPress={() => setFresh(recovery.newKey())}>{t("me.newKeySubmit")}</Button>
      </Pad>
    </Page>
  );
}
