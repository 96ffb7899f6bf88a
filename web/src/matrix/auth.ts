import { request } from "./http";
import { Problem } from "./problem";
import type { Session } from "./session";

interface SignedIn {
  user_id: string;
  device_id: string;
  access_token: string;
}

/** The answer to a step of user-interactive authentication, or the end of it. */
interface Step extends Partial<SignedIn> {
  session?: string;
  flows?: { stages: string[] }[];
  completed?: string[];
  errcode?: string;
}

const KNOWN_STAGES = ["m.login.dummy", "m.login.registration_token"];

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

function nextStage(step: Step, invitation: string | undefined): Record<string, unknown> {
  const flows = (step.flows ?? []).filter((f) => f.stages.every((s) => KNOWN_STAGES.includes(s)));
  const open = flows.map((f) => f.stages.filter((s) => !step.completed?.includes(s)));
  const withoutToken = open.find((stages) => !stages.includes("m.login.registration_token"));
  const chosen = withoutToken ?? open[0];
  if (!chosen) throw new Problem("M_FORBIDDEN", 403);
  const type = chosen[0] ?? "m.login.dummy";
  if (type !== "m.login.registration_token") return { type, session: step.session };
  if (!invitation) throw new Problem("INVITATION_NEEDED", 401);
  if (step.errcode) throw new Problem("INVITATION_REFUSED", 401);
  return { type, token: invitation, session: step.session };
}

/** Errors: M_USER_IN_USE, INVITATION_NEEDED, INVITATION_REFUSED, M_FORBIDDEN when it is closed. */
export async function register(
  name: string,
  password: string,
  invitation: string | undefined,
): Promise<Session> {
  const wish = { username: name, password, initial_device_display_name: deviceName() };
  let step = await request<Step>("POST", "/register", { body: wish, accept401: true });
  for (let round = 0; !step.access_token && round < KNOWN_STAGES.length + 1; round++) {
    const body = { ...wish, auth: nextStage(step, invitation) };
    step = await request<Step>("POST", "/register", { body, accept401: true });
  }
  return toSession(step, "setup");
}

/** `name` may be the bare name or the full ID. Errors: M_FORBIDDEN for a wrong name or password. */
export async function login(name: string, password: string): Promise<Session> {
  const body = {
    type: "m.login.password",
    identifier: { type: "m.id.user", user: name },
    password,
    initial_device_display_name: deviceName(),
  };
  return toSession(await request<Step>("POST", "/login", { body }), "unlock");
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

function toSession(answer: Step, stage: Session["stage"]): Session {
  const { user_id, device_id, access_token } = answer;
  if (!user_id || !device_id || !access_token) throw new Problem("M_UNKNOWN", 401);
  return { userId: user_id, deviceId: device_id, accessToken: access_token, stage };
}

function deviceName(): string {
  const system = /Android|iPhone|iPad|Mac|Windows|Linux/.exec(navigator.userAgent)?.[0];
  return system ? `Teahouse (${system})` : "Teahouse";
}
