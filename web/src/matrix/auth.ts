import { looksLikeAddress } from "@/kit/emailAddress";
import { foldName } from "@/kit/names";
import type { Step } from "./authSteps";
import { request } from "./http";
import { Problem } from "./problem";
import type { Session } from "./session";

interface Versions {
  unstable_features?: Record<string, boolean>;
}

export type NameAnswer = "free" | "taken" | "invalid";

export async function nameAvailable(name: string, signal?: AbortSignal): Promise<NameAnswer> {
  try {
    await request("GET", `/register/available?username=${encodeURIComponent(name)}`, { signal });
    return "free";
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.code === "M_USER_IN_USE") return "taken";
    if (error.code === "M_INVALID_USERNAME" || error.code === "M_EXCLUSIVE") return "invalid";
    throw error;
  }
}

/**
 * `name` may be the bare name, the full ID or an e-mail address of the account.
 * Errors: M_FORBIDDEN for a wrong name or password.
 */
export async function login(name: string, password: string): Promise<Session> {
  const identifier = looksLikeAddress(name)
    ? { type: "m.id.thirdparty", medium: "email", address: name }
    : { type: "m.id.user", user: foldName(name) };
  const body = {
    type: "m.login.password",
    identifier,
    password,
    initial_device_display_name: deviceName(),
  };
  return toSession(await request<Step>("POST", "/login", { body }), "unlock");
}

/** Whether letters leave this server: a new password can be set through an e-mail address. */
export async function offersEmail(): Promise<boolean> {
  const path = "/_matrix/client/versions";
  const { unstable_features: features } = await request<Versions>("GET", path);
  return features?.["im.teahouse.email"] === true;
}

export async function setDisplayName(session: Session, displayName: string): Promise<void> {
  await request("PUT", `/profile/${encodeURIComponent(session.userId)}/displayname`, {
    body: { displayname: displayName },
    token: session.accessToken,
  });
}

/** For a session whose messenger never opened, too. */
export async function logout(session: Session): Promise<void> {
  await request("POST", "/logout", { body: {}, token: session.accessToken });
}

export function toSession(answer: Step, stage: Session["stage"]): Session {
  const { user_id, device_id, access_token } = answer;
  if (!user_id || !device_id || !access_token) throw new Problem("M_UNKNOWN", 401);
  return { userId: user_id, deviceId: device_id, accessToken: access_token, stage };
}

export function deviceName(): string {
  const system = /Android|iPhone|iPad|Mac|Windows|Linux/.exec(navigator.userAgent)?.[0];
  return system ? `Teahouse (${system})` : "Teahouse";
}
