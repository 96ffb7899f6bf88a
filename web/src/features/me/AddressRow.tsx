import { EnvelopeSimple, X } from "@phosphor-icons/react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMessenger } from "@/features/account/messenger";
import { problemText } from "@/features/account/problemText";
import { ConfirmSheet } from "@/ui/ConfirmSheet";
import { IconButton } from "@/ui/IconButton";
import { RowBody, rowClass } from "@/ui/ListRow";

interface Props {
  address: string;
  onRemoved: () => Promise<void>;
}

export function AddressRow({ address, onRemoved }: Props) {
  const { t } = useTranslation();
  const { addresses } = useMessenger().account;
  const [asking, setAsking] = useState(false);
  const remove = useMutation({
    mutationFn: () => addresses.remove(address),
    onSuccess: onRemoved,
  });
  return (
    <div className={rowClass} data-short data-inset="icon">
      <RowBody lead={<EnvelopeSimple />} title={address} />
      <IconButton label={t("email.remove", { address })} onPress={() => setAsking(true)}>
        <X />
      </IconButton>
      <ConfirmSheet
        title={t("email.removeTitle", { address })}
        submit={t("email.removeSubmit")}
        cancel={t("common.cancel")}
        danger
        isOpen={asking}
        isPending={remove.isPending}
        problem={remove.error && problemText(t, remove.error)}
        onSubmit={() => remove.mutate()}
        onClose={() => setAsking(false)}
      >
        <p>{t("email.removeWhy")}</p>
      </ConfirmSheet>
    </div>
  );
}
