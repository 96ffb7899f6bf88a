/** All of the app behind the door, fetched as one: a file for each page costs more than it spares. */
export { ContactPage } from "@/features/contacts/ContactPage";
export { DetailsPage } from "@/features/group/DetailsPage";
export { DevicesPage } from "@/features/me/DevicesPage";
export { EmailPage } from "@/features/me/EmailPage";
export { KeyPage } from "@/features/me/KeyPage";
export { LookPage } from "@/features/me/LookPage";
export { PasswordPage } from "@/features/me/PasswordPage";
export { ProfilePage } from "@/features/me/ProfilePage";
export { NewChat } from "@/features/newchat/NewChat";
export { NewGroup } from "@/features/newchat/NewGroup";
export { NotificationsPage } from "@/features/notifications/NotificationsPage";
export { LostKey } from "@/features/recovery/LostKey";
export { Unlock } from "@/features/recovery/Unlock";
export { Welcome } from "@/features/recovery/Welcome";
export { Gate } from "../shell/Gate";
export { Shell } from "../shell/Shell";
export {
  ChatsTab,
  ChatWithDetails,
  ContactsTab,
  MeTab,
  NoChatChosen,
  NoContactChosen,
  NothingOfMeChosen,
} from "../shell/tabs";
