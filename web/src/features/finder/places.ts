import {
  AddressBook,
  Bell,
  ChatCircle,
  Key,
  LockKey,
  Palette,
  UserCircle,
  UsersThree,
} from "@phosphor-icons/react";
import type { TFunction } from "i18next";

/** A place of the app that has a name. */
export interface Place {
  to: PlacePath;
  icon: typeof Bell;
  name: string;
  /** Other words by which people look for it. */
  also: readonly string[];
}

type PlacePath =
  | "/chats/new"
  | "/chats/new-group"
  | "/contacts"
  | "/me/profile"
  | "/me/notifications"
  | "/me/look"
  | "/me/password"
  | "/me/key";

/** Those that this person can go to now: a new key is made where the old one is open. */
export function places(t: TFunction, { ownId, locked }: { ownId: string; locked: boolean }) {
  const all: Place[] = [
    { to: "/chats/new", icon: ChatCircle, name: t("chats.start"), also: [t("contacts.add")] },
    { to: "/chats/new-group", icon: UsersThree, name: t("chats.newGroup"), also: [] },
    { to: "/contacts", icon: AddressBook, name: t("contacts.title"), also: [] },
    {
      to: "/me/profile",
      icon: UserCircle,
      name: t("me.profile"),
      also: [t("me.title"), t("me.displayName"), t("me.id"), ownId],
    },
    { to: "/me/notifications", icon: Bell, name: t("me.notifications"), also: [] },
    {
      to: "/me/look",
      icon: Palette,
      name: t("me.look"),
      also: [t("me.theme"), t("me.dark"), t("me.light"), t("me.size"), t("me.simple")],
    },
    { to: "/me/password", icon: LockKey, name: t("me.password"), also: [] },
    { to: "/me/key", icon: Key, name: t("me.newKey"), also: [t("recovery.key")] },
  ];
  return all.filter(({ to }) => to !== "/me/key" || !locked);
}
