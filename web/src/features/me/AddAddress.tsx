import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { addressProblem, problemText } from "@/features/account/problemText";
import { looksLikeAddress } from "@/kit/emailAddress";
import { type Letter, sendLetter } from "@/matrix/authLetter";
import { Button } from "@/ui/Button";
import { Form } from "@/ui/Form";
import { Pad } from "@/ui/Page";
import { TextField } from "@/ui/TextField";

interface Props {
  isFirst: boolean;
  onSent: (letter: Letter) => void;
}

export function AddAddress({ isFirst, onSent }: Props) {
  const { t } = useTranslation();
  const [address, setAddress] = useState("");
  const [tried, setTried] = useState(false);
  const isBad = !looksLikeAddress(address);
  const send = useMutation({
    mutationFn: () => sendLetter("account/3pid", address.trim()),
    onSuccess: onSent,
  });
  const problem = send.error && (addressProblem(t, send.error) ?? problemText(t, send.error));
  return (
    <Form
      onSubmit={() => {
        setTried(true);
        if (!isBad && !send.isPending) send.mutate();
      }}
    >
      <Pad>
        <TextField
          label={isFirst ? t("letter.address") : t("email.another")}
          hint={t("signup.addressHint")}
          problem={(tried && isBad && t("letter.badAddress")) || problem}
          type="email"
          value={address}
          onChange={setAddress}
          autoComplete="email"
        />
        <Button type="submit" isPending={send.isPending}>
          {t("forgot.submit")}
        </Button>
      </Pad>
    </Form>
  );
}
