import { useMutation } from "@tanstack/react-query";
import { type ChangeEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Face } from "@/features/account/Face";
import { useMessenger } from "@/features/account/messenger";
import { problemText } from "@/features/account/problemText";
import { useSignal } from "@/kit/signal";
import { PICTURE_TYPES } from "@/matrix/media/types";
import { Problem, toProblem } from "@/matrix/problem";
import { BackLink } from "@/ui/BackLink";
import { Button } from "@/ui/Button";
import { Form } from "@/ui/Form";
import { Pad, Page } from "@/ui/Page";
import { TextField } from "@/ui/TextField";
import { TopBar } from "@/ui/TopBar";
import styles from "./ProfilePage.module.css";
import { squarePicture } from "./squarePicture";

export function ProfilePage() {
  const { t } = useTranslation();
  const { account } = useMessenger();
  const me = useSignal(account.me);
  return (
    <Page
      bar={<TopBar title={t("me.profile")} back={<BackLink to="/me" label={t("common.back")} />} />}
    >
      <FaceChanger />
      <NameChanger name={me.name} />
      <OwnId id={me.userId} />
    </Page>
  );
}

const BAD_PICTURE = "BAD_PICTURE";

async function squareOf(file: File): Promise<Blob> {
  return squarePicture(file).catch(() => {
    throw new Problem(BAD_PICTURE);
  });
}

function FaceChanger() {
  const { t } = useTranslation();
  const { account } = useMessenger();
  const me = useSignal(account.me);
  const picker = useRef<HTMLInputElement>(null);
  const change = useMutation({
    mutationFn: async (file: File) => account.setFace(await squareOf(file)),
  });
  const unusable = change.error && toProblem(change.error).code === BAD_PICTURE;
  const picked = (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0];
    if (file) change.mutate(file);
    event.target.value = "";
  };
  return (
    <div className={styles.face}>
      <Face id={me.userId} name={me.name} mxc={me.face} size="large" />
      <Button look="plain" isPending={change.isPending} onPress={() => picker.current?.click()}>
        {t("me.face")}
      </Button>
      {change.error && (
        <p role="alert">{unusable ? t("me.faceFailed") : problemText(t, change.error)}</p>
      )}
      <input
        ref={picker}
        type="file"
        hidden
        accept={PICTURE_TYPES.join(",")}
        data-testid="pick-face"
        onChange={picked}
      />
    </div>
  );
}

function NameChanger({ name }: { name: string }) {
  const { t } = useTranslation();
  const { account } = useMessenger();
  // Null until something is typed: the name may arrive from the server after the page opened.
  const [edited, setTyped] = useState<string | null>(null);
  const typed = edited ?? name;
  const rename = useMutation({ mutationFn: () => account.rename(typed.trim()) });
  const changed = typed.trim() !== "" && typed.trim() !== name;
  return (
    <Form onSubmit={() => changed && !rename.isPending && rename.mutate()}>
      <Pad>
        <TextField
          label={t("me.displayName")}
          problem={rename.error && problemText(t, rename.error)}
          value={typed}
          onChange={setTyped}
          maxLength={60}
        />
        <Button type="submit" isDisabled={!changed} isPending={rename.isPending}>
          {t("common.save")}
        </Button>
      </Pad>
    </Form>
  );
}

function OwnId({ id }: { id: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(id);
    setCopied(true);
  };
  return (
    <Pad>
      <div>
        <h2 className={styles.label}>{t("me.id")}</h2>
        <p className={styles.id}>{id}</p>
      </div>
      <Button look="soft" onPress={() => void copy()}>
        {copied ? t("me.copied") : t("me.copyId")}
      </Button>
    </Pad>
  );
}
