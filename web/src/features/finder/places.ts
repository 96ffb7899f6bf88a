import {
  AddressBook,
  Bell,
  ChatCircle,
  Devices,
  EnvelopeSimple,
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
  | "/me/devices"
  | "/me/email"
  | "/me/key";

interface Circumstances {
  ownId: string;
  /** Earlier messages are closed: then there is no key to replace. */
  locked: boolean;
  /** This Teahouse can send mail. */
  hasEmail: boolean;
}

/** Those that this person can go to now. */
export function places(t: TFunction, { ownId, locked, hasEmail }: Circumstances): Place[] {
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
    { to: "/me/devices", icon: Devices, name: t("device.title"), also: [t("me.signOut")] },
    { to: "/me/email", icon: EnvelopeSimple, name: t("me.email"), also: [] },
    { to: "/me/key", icon: Key, name: t("me.newKey"), also: [t("recovery.key")] },
  ];
  const closed: PlacePath[] = [];
  if (locked) closed.push("/me/key");
  if (!hasEmail) closed.push("/me/email");
  return all.filter(({ to }) => !closed.includes(to));
}
