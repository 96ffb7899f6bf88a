import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMessenger } from "@/features/account/messenger";
import { problemText } from "@/features/account/problemText";
import { useLast } from "@/kit/useLast";
import type { Device } from "@/matrix/devices";
import { Button } from "@/ui/Button";
import { Form } from "@/ui/Form";
import { Sheet } from "@/ui/Sheet";
import { TextField } from "@/ui/TextField";
import styles from "./DeviceSheet.module.css";

interface Props {
  device: Device | null;
  onRenamed: () => Promise<void>;
  onSignOut: (device: Device) => void;
  onClose: () => void;
}

/** One of one's devices: its name, and the way to sign it out. */
export function DeviceSheet({ device, onRenamed, onSignOut, onClose }: Props) {
  const { t } = useTranslation();
  const shown = useLast(device);
  return (
    <Sheet
      title={shown?.name || t("device.unnamed")}
      closeLabel={t("common.close")}
      isOpen={device !== null}
      onClose={onClose}
    >
      {shown && <NameForm device={shown} onRenamed={onRenamed} onClose={onClose} />}
      {shown && !shown.isThis && (
        <Button wide look="danger" onPress={() => onSignOut(shown)}>
          {t("device.signOut")}
        </Button>
      )}
    </Sheet>
  );
}

interface NameProps {
  device: Device;
  onRenamed: () => Promise<void>;
  onClose: () => void;
}

function NameForm({ device, onRenamed, onClose }: NameProps) {
  const { t } = useTranslation();
  const { devices } = useMessenger().account;
  const [name, setName] = useState(device.name);
  const rename = useMutation({
    mutationFn: async () => {
      await devices.rename(device.id, name.trim());
      await onRenamed();
    },
    onSuccess: onClose,
  });
  return (
    <Form onSubmit={() => name.trim() && !rename.isPending && rename.mutate()}>
      <div className={styles.fields}>
        <TextField
          label={t("device.name")}
          hint={t("device.nameHint")}
          problem={rename.error && problemText(t, rename.error)}
          value={name}
          onChange={setName}
          maxLength={60}
        />
        <Button type="submit" wide isDisabled={!name.trim()} isPending={rename.isPending}>
          {t("common.save")}
        </Button>
      </div>
    </Form>
  );
}
