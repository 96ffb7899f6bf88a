import { X } from "@phosphor-icons/react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Face } from "@/features/account/Face";
import { ContactRows } from "@/features/contacts/ContactRows";
import type { Person } from "@/matrix/timeline/message";
import { Button } from "@/ui/Button";
import { Form } from "@/ui/Form";
import { IconButton } from "@/ui/IconButton";
import { RowBody, rowClass } from "@/ui/ListRow";
import { Pad, Section } from "@/ui/Page";
import { TextField } from "@/ui/TextField";
import styles from "./MemberPicker.module.css";
import { useFind } from "./useFind";

interface Props {
  chosen: readonly Person[];
  onChange: (people: Person[]) => void;
  /** Members already, who need not be offered. */
  without?: readonly string[];
  problem?: string | null;
}

/** People for a group: from one's contacts, or by ID. */
export function MemberPicker({ chosen, onChange, without = [], problem }: Props) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const find = useFind();
  const add = (person: Person) => {
    if (!chosen.some((other) => other.userId === person.userId)) onChange([...chosen, person]);
    setTyped("");
  };
  const taken = [...without, ...chosen.map((person) => person.userId)];
  return (
    <>
      <Form onSubmit={() => typed.trim() && find.mutate(typed, { onSuccess: add })}>
        <Pad>
          <div className={styles.byId}>
            <TextField
              label={t("newGroup.addById")}
              problem={find.problem ?? problem}
              value={typed}
              onChange={(text) => {
                setTyped(text);
                find.reset();
              }}
              autoComplete="off"
              autoCorrect="off"
              spellCheck="false"
            />
            <Button type="submit" look="soft" isDisabled={!typed.trim()} isPending={find.isPending}>
              {t("newGroup.add")}
            </Button>
          </div>
        </Pad>
      </Form>
      {chosen.length > 0 && (
        <Section title={t("newGroup.members")}>
          {chosen.map((person) => (
            <div key={person.userId} className={rowClass}>
              <RowBody
                lead={<Face id={person.userId} name={person.name} mxc={person.face} />}
                title={person.name}
                second={person.userId}
              />
              <IconButton
                label={t("newGroup.remove", { name: person.name })}
                onPress={() => onChange(chosen.filter((other) => other !== person))}
              >
                <X />
              </IconButton>
            </div>
          ))}
        </Section>
      )}
      <ContactRows title={t("newGroup.contacts")} onPick={add} without={taken} />
    </>
  );
}
