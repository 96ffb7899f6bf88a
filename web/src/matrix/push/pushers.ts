import { language } from "@/kit/preferences";
import { request } from "../http";
import { toProblem } from "../problem";
import type { Session } from "../session";
import { keyOf, secretOf } from "./browser";

/** The server's side of push: a pusher of kind webpush, by its present name (MSC4174). */
const KIND = "org.matrix.msc4174.webpush";
const APP_ID = "im.teahouse.web";

interface Capabilities {
  capabilities: Record<string, { enabled?: boolean; vapid?: string } | undefined>;
}

interface Pushers {
  pushers: { app_id: string; pushkey: string; data: { activated?: boolean } }[];
}

/** The key that a subscription is made for; null where the server pushes to no browser. */
export async function vapidKey(session: Session): Promise<string | null> {
  const path = "/capabilities";
  const { capabilities } = await request<Capabilities>("GET", path, { token: session.accessToken });
  const webpush = capabilities["m.webpush"] ?? capabilities[KIND];
  return (webpush?.enabled && webpush.vapid) || null;
}

export async function isActive(session: Session, pushkey: string): Promise<boolean> {
  const { pushers } = await request<Pushers>("GET", "/pushers", { token: session.accessToken });
  const own = pushers.find((pusher) => pusher.app_id === APP_ID && pusher.pushkey === pushkey);
  return own?.data.activated === true;
}

export async function setPusher(session: Session, subscription: PushSubscription): Promise<void> {
  await post(session, "/pushers/set", {
    kind: KIND,
    app_id: APP_ID,
    pushkey: keyOf(subscription),
    app_display_name: "Teahouse",
    device_display_name: session.deviceId,
    lang: language(),
    data: { url: subscription.endpoint, auth: secretOf(subscription), events_only: true },
  });
}

/** One that the server has dropped itself is no error. */
export async function dropPusher(session: Session, pushkey: string): Promise<void> {
  try {
    await post(session, "/pushers/set", { kind: null, app_id: APP_ID, pushkey });
  } catch (error) {
    if (toProblem(error).code !== "M_NOT_FOUND") throw error;
  }
}

/** Shows the server that what it pushed has arrived. */
export async function acknowledge(session: Session, appId: string, token: string): Promise<void> {
  await post(session, "/pushers/ack", { app_id: appId, ack_token: token });
}

async function post(session: Session, path: string, body: unknown): Promise<void> {
  await request("POST", path, { body, token: session.accessToken });
}
