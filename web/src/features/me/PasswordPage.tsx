import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMessenger } from "@/features/account/messenger";
import { problemText } from "@/features/account/problemText";
import { toProblem } from "@/matrix/problem";
import { BackLink } from "@/ui/BackLink";
import { Button } from "@/ui/Button";
import { Pad, Page } from "@/ui/Page";
import { PasswordField } from "@/ui/TextField";
import { TopBar } from "@/ui/TopBar";

const MIN_PASSWORD = 8;

export function PasswordPage() {
  const { t } = useTranslation();
  const { account } = useMessenger();
  const [old, setOld] = useState("");
  const [fresh, setFresh] = useState("");
  const change = useMutation({
    mutationFn: () => account.changePassword(old, fresh),
    onSuccess: () => {
      setOld("");
      setFresh("");
    },
  });
  const wrong = change.error && toProblem(change.error).code === "M_FORBIDDEN";
  const words = { showLabel: t("common.show"), hideLabel: t("common.hide") };
  return (
    <Page
      bar={
        <TopBar title={t("me.password")} back={<BackLink to="/me" label={t("common.back")} />} />
      }
    >
      <Pad>
        <PasswordField
          {...words}
          label={t("me.oldPassword")}
          problem={wrong ? t("recovery.passwordWrong") : null}
          value={old}
          onChange={setOld}
          autoComplete="current-password"
        />
        <PasswordField
          {...words}
          label={t("me.newPassword")}
          hint={t("signup.passwordHint")}
          problem={change.error && !wrong ? problemText(t, change.error) : null}
          value={fresh}
          onChange={setFresh}
          autoComplete="new-password"
        />
        <Button
          isDisabled={!old || fresh.length < MIN_PASSWORD}
          isPending={change.isPending}
          onPress={() => change.mutate()}
        >
          {t("common.save")}
        </Button>
        {change.isSuccess && <p role="status">{t("me.passwordChanged")}</p>}
      </Pad>
    </Page>
  );
}
