import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMessenger } from "@/features/account/messenger";
import { problemText } from "@/features/account/problemText";
import { KeepKey } from "@/features/recovery/KeepKey";
import { BackLink } from "@/ui/BackLink";
import { Button } from "@/ui/Button";
import { Pad, Page } from "@/ui/Page";
import { TopBar } from "@/ui/TopBar";

/** A new recovery key, for who lost the card but still has a device. */
export function KeyPage() {
  const { t } = useTranslation();
  const { recovery } = useMessenger();
  const navigate = useNavigate();
  const make = useMutation({ mutationFn: () => recovery.replaceKey() });
  if (make.data)
    return <KeepKey inPane text={make.data} onKept={() => void navigate({ to: "/me" })} />;
  return (
    <Page
      bar={<TopBar title={t("me.newKey")} back={<BackLink to="/me" label={t("common.back")} />} />}
    >
      <Pad>
        <p>{t("me.newKeyWhy")}</p>
        {make.error && <p role="alert">{problemText(t, make.error)}</p>}
        <Button isPending={make.isPending} onPress={() => make.mutate()}>
          {t("me.newKeySubmit")}
        </Button>
      </Pad>
    </Page>
  );
}
