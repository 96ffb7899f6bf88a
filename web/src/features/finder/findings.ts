import { localpart } from "@/kit/names";
import type { Chat } from "@/matrix/chatList";
import { contactsOf } from "@/matrix/people";
import type { Person } from "@/matrix/timeline/message";
import { best, fold, type Rank, rank } from "./match";
import type { Place } from "./places";

export type Finding =
  | { kind: "chat"; key: string; chat: Chat }
  | { kind: "contact"; key: string; person: Person; roomId: string }
  | { kind: "stranger"; key: string; person: Person }
  | { kind: "place"; key: string; place: Place };

export interface Group {
  what: "recent" | "people" | "chats" | "byId" | "places";
  findings: readonly Finding[];
  /** How many there are; only the best of them are shown. */
  all: number;
}

interface Source {
  typed: string;
  locale: string;
  chats: readonly Chat[];
  places: readonly Place[];
  /** Who has the ID that was typed, if somebody has. */
  stranger: Person | null;
}

const SHOWN = 20;
const RECENT = 5;

/** What the palette shows; groups with nothing in them are left out. */
export function findings({ typed, locale, chats, places, stranger }: Source): Group[] {
  const asFinding = (place: Place): Finding => ({ kind: "place", key: place.to, place });
  if (!fold(typed)) {
    const recent = chats.slice(0, RECENT).map(ofChat);
    return filled([
      { what: "recent", findings: recent, all: recent.length },
      { what: "places", findings: places.map(asFinding), all: places.length },
    ]);
  }
  const people = contactsOf(chats, locale);
  const known = new Set(people.map(({ roomId }) => roomId));
  const others = chats.filter(({ roomId }) => !known.has(roomId));
  const met = people.some(({ person }) => person.userId === stranger?.userId);
  return filled([
    group("people", people, ({ person }) => ofPerson(person, typed), ofContact),
    group("chats", others, (chat) => rank(chat.name, typed), ofChat),
    group("byId", stranger && !met ? [stranger] : [], () => 0, ofStranger),
    group("places", places, (place) => ofPlace(place, typed), asFinding),
  ]);
}

function group<T>(
  what: Group["what"],
  items: readonly T[],
  rankOf: (item: T) => Rank,
  show: (item: T) => Finding,
): Group {
  const fitting = items.flatMap((item) => {
    const fit = rankOf(item);
    return fit === null ? [] : [{ item, fit }];
  });
  // The order before holds among equals: chats by time, people by name.
  const sorted = fitting.sort((a, b) => a.fit - b.fit);
  return {
    what,
    findings: sorted.slice(0, SHOWN).map(({ item }) => show(item)),
    all: sorted.length,
  };
}

const filled = (groups: Group[]) => groups.filter(({ findings }) => findings.length > 0);

const ofChat = (chat: Chat): Finding => ({ kind: "chat", key: chat.roomId, chat });
const ofContact = ({ person, roomId }: { person: Person; roomId: string }): Finding => ({
  kind: "contact",
  key: person.userId,
  person,
  roomId,
});
const ofStranger = (person: Person): Finding => ({ kind: "stranger", key: "byId", person });

/** By name, or by how the ID begins: with its @ or without, and no further than one typed. */
function ofPerson({ name, userId }: Person, typed: string): Rank {
  const id = typed.includes(":") ? userId : `@${localpart(userId)}`;
  return best(rank(name, typed), rank(id, `@${typed.trim().replace(/^@/, "")}`));
}

function ofPlace({ name, also }: Place, typed: string): Rank {
  return best(...[name, ...also].map((one) => rank(one, typed)));
}
