/// <reference lib="webworker" />
import { notedLanguage } from "@/kit/workerLanguage";
import { chatPath, type WorkerMessage } from "@/kit/workerMessages";
import { noticeOf, type Pushed, welcome } from "./notice";

declare const self: ServiceWorkerGlobalScope;

const ICON = "/icon-192.png";
const FIRST = "teahouse";

/** Shows what was pushed; a browser forgives no push of which nothing is seen, save in front of one's eyes. */
export async function onPush(data: PushMessageData | null): Promise<void> {
  const pushed = read(data);
  const language = await notedLanguage();
  if (pushed.ack_token && pushed.app_id) {
    await tell({ kind: "push-token", appId: pushed.app_id, token: pushed.ack_token });
    const { title, body } = welcome(language);
    return self.registration.showNotification(title, { body, icon: ICON, tag: FIRST });
  }
  if (pushed.unread !== undefined) await badge(pushed.unread);
  if (await isLookedAt()) return;
  const [shown] = await self.registration.getNotifications({ tag: pushed.room_id || FIRST });
  const earlier = (shown?.data as { count?: number } | undefined)?.count ?? 0;
  const notice = noticeOf(pushed, language, earlier);
  if (!notice) return;
  const { title, ...options } = notice;
  await self.registration.showNotification(title, {
    ...options,
    icon: ICON,
    lang: language,
    // @ts-expect-error -- in Chromium only: a second message is heard although it has the same tag
    renotify: !options.silent,
  });
}

/** Opens the chat in the window that is there, else in a new one. */
export async function onPressed(notification: Notification): Promise<void> {
  notification.close();
  const { roomId } = (notification.data ?? {}) as { roomId?: string };
  const path = roomId ? chatPath(roomId) : "/chats";
  const [open] = await windows();
  if (!open) {
    await self.clients.openWindow(path);
    return;
  }
  open.postMessage({ kind: "open", path } satisfies WorkerMessage);
  // Refused where the browser does not take it for the person's own wish.
  await open.focus().catch(() => {});
}

async function tell(message: WorkerMessage): Promise<void> {
  for (const client of await windows()) client.postMessage(message);
}

async function isLookedAt(): Promise<boolean> {
  const open = await windows();
  return open.some((client) => client.focused && client.visibilityState === "visible");
}

function windows(): Promise<readonly WindowClient[]> {
  return self.clients.matchAll({ type: "window", includeUncontrolled: true });
}

async function badge(unread: number): Promise<void> {
  if ("setAppBadge" in navigator) await navigator.setAppBadge(unread).catch(() => {});
}

function read(data: PushMessageData | null): Pushed {
  try {
    return (data?.json() ?? {}) as Pushed;
  } catch {
    return {};
  }
}
