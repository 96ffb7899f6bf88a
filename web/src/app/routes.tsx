import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import type { ParseKeys } from "i18next";
import { soon } from "@/kit/soon";
import { isWorkerMessage } from "@/kit/workerMessages";
import { offersEmail } from "@/matrix/auth";
import { beginSignUp } from "@/matrix/authSignUp";
import { session } from "@/matrix/session";
import { Broken } from "./shell/Broken";
import { NotFound } from "./shell/NotFound";
import { Root } from "./shell/Root";

declare module "@tanstack/react-router" {
  interface StaticDataRouteOption {
    /** `inner`: a phone shows it instead of the list and the tabs. */
    page?: "inner";
    pane?: "details";
    /** What the page is called, where it is not a chat's or a person's. */
    title?: ParseKeys;
  }
  interface Register {
    router: typeof router;
  }
}

const before = () => import("./pages/before");
const inside = () => import("./pages/inside");

const root = createRootRoute({ component: Root, notFoundComponent: NotFound });

/** Where a person belongs who opens a page: in, or first through the door. */
function entrance() {
  const stage = session.get()?.stage;
  if (!stage) return "/signin";
  if (stage === "setup") return "/welcome";
  return stage === "unlock" ? "/unlock" : "/chats";
}

function onlyStrangers() {
  if (session.get()) throw redirect({ to: entrance() });
}

/** The pages of setting up that each stage of it has. */
const SETTING_UP = { setup: ["/welcome"], unlock: ["/unlock", "/lost-key"] };

function onlyGuests({ location: { pathname } }: { location: { pathname: string } }) {
  const stage = session.get()?.stage;
  const isOpen =
    stage === "ready" ? pathname !== "/welcome" : stage && SETTING_UP[stage].includes(pathname);
  if (!isOpen) throw redirect({ to: entrance() });
}

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: entrance() });
  },
});

const signup = createRoute({
  getParentRoute: () => root,
  path: "/signup",
  beforeLoad: onlyStrangers,
  validateSearch: (search: Record<string, unknown>): { invitation?: string } =>
    search.invitation ? { invitation: String(search.invitation) } : {},
  loader: () => soon(beginSignUp()),
  component: lazyRouteComponent(before, "SignUp"),
});

const signin = createRoute({
  getParentRoute: () => root,
  path: "/signin",
  beforeLoad: onlyStrangers,
  loader: () => soon(offersEmail()),
  component: lazyRouteComponent(before, "SignIn"),
});

const forgot = createRoute({
  getParentRoute: () => root,
  path: "/forgot",
  beforeLoad: onlyStrangers,
  component: lazyRouteComponent(before, "Forgot"),
});

const parts = createRoute({
  getParentRoute: () => root,
  path: "/ui",
  component: lazyRouteComponent(() => import("@/features/parts/PartsPage"), "PartsPage"),
});

const guests = createRoute({
  getParentRoute: () => root,
  id: "in",
  beforeLoad: onlyGuests,
  component: lazyRouteComponent(inside, "Gate"),
});

const welcome = createRoute({
  getParentRoute: () => guests,
  path: "/welcome",
  component: lazyRouteComponent(inside, "Welcome"),
});

const unlock = createRoute({
  getParentRoute: () => guests,
  path: "/unlock",
  component: lazyRouteComponent(inside, "Unlock"),
});

const lostKey = createRoute({
  getParentRoute: () => guests,
  path: "/lost-key",
  component: lazyRouteComponent(inside, "LostKey"),
});

const shell = createRoute({
  getParentRoute: () => guests,
  id: "shell",
  component: lazyRouteComponent(inside, "Shell"),
});

const ofShell = () => shell;

const chats = createRoute({
  getParentRoute: ofShell,
  path: "/chats",
  staticData: { title: "tabs.chats" },
  component: lazyRouteComponent(inside, "ChatsTab"),
});
const chatsIndex = createRoute({
  getParentRoute: () => chats,
  path: "/",
  component: lazyRouteComponent(inside, "NoChatChosen"),
});
const newChat = createRoute({
  getParentRoute: () => chats,
  path: "/new",
  staticData: { page: "inner", title: "find.title" },
  component: lazyRouteComponent(inside, "NewChat"),
});
const newGroup = createRoute({
  getParentRoute: () => chats,
  path: "/new-group",
  staticData: { page: "inner", title: "newGroup.title" },
  component: lazyRouteComponent(inside, "NewGroup"),
});
const chat = createRoute({
  getParentRoute: () => chats,
  path: "/$roomId",
  staticData: { page: "inner" },
  component: lazyRouteComponent(inside, "ChatWithDetails"),
});
const details = createRoute({
  getParentRoute: () => chat,
  path: "/details",
  staticData: { pane: "details" },
  component: lazyRouteComponent(inside, "DetailsPage"),
});

const contacts = createRoute({
  getParentRoute: ofShell,
  path: "/contacts",
  staticData: { title: "contacts.title" },
  component: lazyRouteComponent(inside, "ContactsTab"),
});
const contactsIndex = createRoute({
  getParentRoute: () => contacts,
  path: "/",
  component: lazyRouteComponent(inside, "NoContactChosen"),
});
const contact = createRoute({
  getParentRoute: () => contacts,
  path: "/$userId",
  staticData: { page: "inner" },
  component: lazyRouteComponent(inside, "ContactPage"),
});

const me = createRoute({
  getParentRoute: ofShell,
  path: "/me",
  staticData: { title: "me.title" },
  component: lazyRouteComponent(inside, "MeTab"),
});
const meIndex = createRoute({
  getParentRoute: () => me,
  path: "/",
  component: lazyRouteComponent(inside, "NothingOfMeChosen"),
});
const profile = createRoute({
  getParentRoute: () => me,
  path: "/profile",
  staticData: { page: "inner", title: "me.profile" },
  component: lazyRouteComponent(inside, "ProfilePage"),
});
const look = createRoute({
  getParentRoute: () => me,
  path: "/look",
  staticData: { page: "inner", title: "me.look" },
  component: lazyRouteComponent(inside, "LookPage"),
});
const password = createRoute({
  getParentRoute: () => me,
  path: "/password",
  staticData: { page: "inner", title: "me.password" },
  component: lazyRouteComponent(inside, "PasswordPage"),
});
const devices = createRoute({
  getParentRoute: () => me,
  path: "/devices",
  staticData: { page: "inner", title: "device.title" },
  component: lazyRouteComponent(inside, "DevicesPage"),
});
const email = createRoute({
  getParentRoute: () => me,
  path: "/email",
  staticData: { page: "inner", title: "me.email" },
  component: lazyRouteComponent(inside, "EmailPage"),
});
const notifications = createRoute({
  getParentRoute: () => me,
  path: "/notifications",
  staticData: { page: "inner", title: "me.notifications" },
  component: lazyRouteComponent(inside, "NotificationsPage"),
});
const key = createRoute({
  getParentRoute: () => me,
  path: "/key",
  staticData: { page: "inner", title: "me.newKey" },
  component: lazyRouteComponent(inside, "KeyPage"),
});

const tree = root.addChildren([
  home,
  signup,
  signin,
  forgot,
  parts,
  guests.addChildren([
    welcome,
    unlock,
    lostKey,
    shell.addChildren([
      chats.addChildren([chatsIndex, newChat, newGroup, chat.addChildren([details])]),
      contacts.addChildren([contactsIndex, contact]),
      me.addChildren([meIndex, profile, notifications, look, password, devices, email, key]),
    ]),
  ]),
]);

export const router = createRouter({ routeTree: tree, defaultErrorComponent: Broken });

navigator.serviceWorker?.addEventListener("message", ({ data }) => {
  if (isWorkerMessage(data) && data.kind === "open") void router.navigate({ to: data.path });
});

// Signing in and signing out each open other doors, also when it happened in another tab.
let known = session.get();
session.subscribe(() => {
  const now = session.get();
  const other = known?.userId !== now?.userId;
  known = now;
  if (other) void router.navigate({ to: entrance() });
});
