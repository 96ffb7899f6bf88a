import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMessenger } from "@/features/account/messenger";
import { problemText } from "@/features/account/problemText";
import type { Person } from "@/matrix/timeline/message";
import { BackLink } from "@/ui/BackLink";
import { Button } from "@/ui/Button";
import { Form } from "@/ui/Form";
import { Pad, Page } from "@/ui/Page";
import { TextField } from "@/ui/TextField";
import { TopBar } from "@/ui/TopBar";
import { MemberPicker } from "./MemberPicker";

export function NewGroup() {
  const { t } = useTranslation();
  const { people } = useMessenger();
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [chosen, setChosen] = useState<Person[]>([]);
  const [tried, setTried] = useState(false);
  const make = useMutation({
    mutationFn: () =>
      people.makeGroup(
        name.trim(),
        chosen.map((person) => person.userId),
      ),
    onSuccess: (roomId) => navigate({ to: "/chats/$roomId", params: { roomId }, replace: true }),
  });
  const send = () => {
    setTried(true);
    if (name.trim() && chosen.length > 0 && !make.isPending) make.mutate();
  };
  return (
    <Page
      bar={
        <TopBar
          title={t("newGroup.title")}
          back={<BackLink to="/chats/new" label={t("common.back")} />}
        />
      }
      footer={
        <Pad>
          <Button wide isPending={make.isPending} onPress={send}>
            {t("newGroup.submit")}
          </Button>
        </Pad>
      }
    >
      <Form onSubmit={send}>
        <Pad>
          <TextField
            label={t("newGroup.name")}
            problem={
              tried && !name.trim()
                ? t("newGroup.nameMissing")
                : make.error && problemText(t, make.error)
            }
            value={name}
            onChange={setName}
            maxLength={60}
            autoFocus
          />
        </Pad>
      </Form>
      <MemberPicker
        chosen={chosen}
        onChange={setChosen}
        problem={tried && chosen.length === 0 ? t("newGroup.noMembers") : null}
      />
    </Page>
  );
}
