import { Button } from "react-aria-components";
import { Face } from "@/features/account/Face";
import { useLocale, useMessenger } from "@/features/account/messenger";
import { useSignal } from "@/kit/signal";
import { contactsOf } from "@/matrix/people";
import type { Person } from "@/matrix/timeline/message";
import { RowBody, rowClass } from "@/ui/ListRow";
import { LongList } from "@/ui/LongList";
import { Section } from "@/ui/Page";

interface Props {
  title: string;
  onPick: (person: Person) => void;
  /** Those who are chosen already. */
  without?: readonly string[];
}

/** One's contacts as rows to press; nothing when there are none. */
export function ContactRows({ title, onPick, without = [] }: Props) {
  const locale = useLocale();
  const chats = useSignal(useMessenger().chatList.chats);
  const contacts = contactsOf(chats, locale).filter(
    ({ person }) => !without.includes(person.userId),
  );
  if (contacts.length === 0) return null;
  return (
    <Section title={title}>
      <LongList label={title} items={contacts} keyOf={({ person }) => person.userId}>
        {({ person }) => (
          <Button className={rowClass} onPress={() => onPick(person)}>
            <RowBody
              lead={<Face id={person.userId} name={person.name} mxc={person.face} />}
              title={person.name}
              second={person.userId}
            />
          </Button>
        )}
      </LongList>
    </Section>
  );
}
