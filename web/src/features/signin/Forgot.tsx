import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { FormPage } from "@/features/account/FormPage";
import { addressProblem, problemText } from "@/features/account/problemText";
import { looksLikeAddress } from "@/kit/emailAddress";
import { Kept } from "@/kit/kept";
import { type Letter, sendLetter } from "@/matrix/authLetter";
import { Button } from "@/ui/Button";
import { linkClass } from "@/ui/linkClass";
import { TextField } from "@/ui/TextField";
import { NewPassword } from "./NewPassword";

const HOUR_MS = 3_600_000;
const keptLetter = new Kept<Letter>("teahouse.forgot", HOUR_MS);

/** A new password, through a letter to the address of the account. */
export function Forgot() {
  const [letter, setLetter] = useState(() => keptLetter.get());
  const [address, setAddress] = useState(letter?.address ?? "");
  const keep = (sent: Letter) => {
    keptLetter.set(sent);
    setLetter(sent);
  };
  const forget = () => {
    keptLetter.clear();
    setLetter(null);
  };
  if (letter) {
    return (
      <NewPassword
        letter={letter}
        onSent={keep}
        onChange={forget}
        onSet={() => keptLetter.clear()}
      />
    );
  }
  return <AskForLetter address={address} onTyped={setAddress} onSent={keep} />;
}

interface Props {
  address: string;
  onTyped: (address: string) => void;
  onSent: (letter: Letter) => void;
}

function AskForLetter({ address, onTyped, onSent }: Props) {
  const { t } = useTranslation();
  const [tried, setTried] = useState(false);
  const isBad = !looksLikeAddress(address);
  const send = useMutation({
    mutationFn: () => sendLetter("account/password", address.trim()),
    onSuccess: onSent,
  });
  const aboutAddress = addressProblem(t, send.error);
  const submit = () => {
    setTried(true);
    if (!isBad && !send.isPending) send.mutate();
  };
  return (
    <FormPage
      title={t("forgot.title")}
      lead={t("forgot.lead")}
      problem={send.error && !aboutAddress ? problemText(t, send.error) : null}
      onSubmit={submit}
      footer={
        <Link to="/signin" className={linkClass}>
          {t("forgot.back")}
        </Link>
      }
    >
      <TextField
        label={t("letter.address")}
        hint={t("forgot.addressHint")}
        problem={(tried && isBad && t("letter.badAddress")) || aboutAddress}
        type="email"
        value={address}
        onChange={onTyped}
        autoComplete="email"
        autoFocus
      />
      <Button type="submit" wide isPending={send.isPending}>
        {t("forgot.submit")}
      </Button>
    </FormPage>
  );
}
