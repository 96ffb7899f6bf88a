import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMessenger } from "@/features/account/messenger";
import { problemText } from "@/features/account/problemText";
import { toProblem } from "@/matrix/problem";
import { BackLink } from "@/ui/BackLink";
import { Button } from "@/ui/Button";
import { CheckLine } from "@/ui/CheckLine";
import { Form } from "@/ui/Form";
import { Pad, Page } from "@/ui/Page";
import { PasswordField } from "@/ui/TextField";
import { TopBar } from "@/ui/TopBar";

const MIN_PASSWORD = 8;

export function PasswordPage() {
  const { t } = useTranslation();
  const { account } = useMessenger();
  const [old, setOld] = useState("");
  const [fresh, setFresh] = useState("");
  const [signOutOthers, setSignOutOthers] = useState(false);
  const [tried, setTried] = useState(false);
  const change = useMutation({
    mutationFn: () => account.changePassword(old, fresh, signOutOthers),
    onSuccess: () => {
      setTried(false);
      setOld("");
      setFresh("");
    },
  });
  const wrong = change.error && toProblem(change.error).code === "M_FORBIDDEN";
  const isShort = fresh.length < MIN_PASSWORD;
  const send = () => {
    setTried(true);
    if (old && !isShort && !change.isPending) change.mutate();
  };
  const freshProblem = change.error && !wrong ? problemText(t, change.error) : null;
  const words = { showLabel: t("common.show"), hideLabel: t("common.hide") };
  return (
    <Page
      bar={
        <TopBar title={t("me.password")} back={<BackLink to="/me" label={t("common.back")} />} />
      }
    >
      <Form onSubmit={send}>
        <Pad>
          <PasswordField
            {...words}
            label={t("me.oldPassword")}
            problem={
              (tried && !old && t("signin.passwordMissing")) ||
              (wrong ? t("recovery.passwordWrong") : null)
            }
            value={old}
            onChange={(text) => {
              setOld(text);
              change.reset();
            }}
            autoComplete="current-password"
          />
          <PasswordField
            {...words}
            label={t("me.newPassword")}
            hint={t("signup.passwordHint")}
            problem={tried && isShort ? t("signup.passwordShort") : freshProblem}
            value={fresh}
            onChange={setFresh}
            autoComplete="new-password"
          />
          <CheckLine
            label={t("me.signOutOthers")}
            hint={t("me.signOutOthersHint")}
            isSelected={signOutOthers}
            onChange={setSignOutOthers}
          />
          <Button type="submit" isPending={change.isPending}>
            {t("common.save")}
          </Button>
          {change.isSuccess && <p role="status">{t("me.passwordChanged")}</p>}
        </Pad>
      </Form>
    </Page>
  );
}
