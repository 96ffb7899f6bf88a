import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMessenger } from "@/features/account/messenger";
import { problemText } from "@/features/account/problemText";
import { useLast } from "@/kit/useLast";
import type { Device } from "@/matrix/devices";
import { toProblem } from "@/matrix/problem";
import { Button } from "@/ui/Button";
import { Form } from "@/ui/Form";
import { Sheet } from "@/ui/Sheet";
import { PasswordField } from "@/ui/TextField";
import styles from "./DeviceSheet.module.css";

interface Props {
  /** Those to be signed out; null when nobody asks. */
  devices: readonly Device[] | null;
  onDone: () => Promise<void>;
  onClose: () => void;
}

/** Asks for the password: whoever found an open tab can't lock its owner out. */
export function SignOutSheet({ devices, onDone, onClose }: Props) {
  const { t } = useTranslation();
  const shown = useLast(devices) ?? [];
  const [only] = shown;
  const name = only?.name || t("device.unnamed");
  const several = shown.length > 1;
  return (
    <Sheet
      title={several ? t("device.signOutOthersTitle") : t("device.signOutTitle", { name })}
      closeLabel={t("common.cancel")}
      isOpen={devices !== null}
      onClose={onClose}
    >
      <p>{several ? t("device.signOutOthersWhy") : t("device.signOutWhy")}</p>
      <Proof devices={shown} onDone={onDone} onClose={onClose} />
    </Sheet>
  );
}

interface ProofProps {
  devices: readonly Device[];
  onDone: () => Promise<void>;
  onClose: () => void;
}

function Proof({ devices, onDone, onClose }: ProofProps) {
  const { t } = useTranslation();
  const { account } = useMessenger();
  const [password, setPassword] = useState("");
  const [tried, setTried] = useState(false);
  const signOut = useMutation({
    mutationFn: async () => {
      await account.devices.signOut(
        devices.map(({ id }) => id),
        password,
      );
      await onDone();
    },
    onSuccess: onClose,
  });
  const send = () => {
    setTried(true);
    if (password && !signOut.isPending) signOut.mutate();
  };
  const wrong = signOut.error && toProblem(signOut.error).code === "M_FORBIDDEN";
  const problem =
    signOut.error && (wrong ? t("recovery.passwordWrong") : problemText(t, signOut.error));
  return (
    <Form onSubmit={send}>
      <div className={styles.fields}>
        <PasswordField
          label={t("recovery.lostPassword")}
          problem={tried && !password ? t("signin.passwordMissing") : problem}
          showLabel={t("common.show")}
          hideLabel={t("common.hide")}
          value={password}
          onChange={(text) => {
            setPassword(text);
            signOut.reset();
          }}
          autoComplete="current-password"
          autoFocus
        />
        <Button type="submit" wide look="warn" isPending={signOut.isPending}>
          {t("device.signOutSubmit")}
        </Button>
      </div>
    </Form>
  );
}
