import { deviceName, toSession } from "./auth";
import { credentialsOf, type Letter, sendLetter } from "./authLetter";
import { EMAIL, INVITATION, nextStage, type Step, TERMS } from "./authSteps";
import { request } from "./http";
import { Problem } from "./problem";
import type { Session } from "./session";

/** `password` is missing after a reload: the server remembers it for a while. */
export interface Wish {
  name: string;
  password?: string;
  invitation?: string;
  hasAccepted: boolean;
  address?: string;
}

/** A sign-up that goes on when the link of its letter is opened. */
export interface Waiting {
  letter: Letter;
  session?: string;
}

export type Outcome = { done: Session } | { waits: Waiting; isOver: boolean };

/** More steps than any way has. */
const MAX_STEPS = 8;

/** What the server asks for is in the answer. */
export function beginSignUp(): Promise<Step> {
  return request<Step>("POST", "/register", { body: {}, accept401: true });
}

/**
 * `begun` is what was answered before; `letter` the one that was sent before.
 * Errors: M_USER_IN_USE; INVITATION_NEEDED, INVITATION_REFUSED, TERMS_NEEDED, EMAIL_NEEDED; those of
 * `sendLetter`; M_MISSING_PARAM when the password must be typed again; M_FORBIDDEN when it is closed.
 */
export async function signUp(wish: Wish, begun?: Step, letter?: Letter): Promise<Outcome> {
  const first = begun ?? (await post(wish));
  return advance(wish, first, letter);
}

/** Asks whether the link was opened; if so, the account is made. Errors: as `signUp`. */
export async function goOn(wish: Wish, { letter, session }: Waiting): Promise<Outcome> {
  const auth = { type: EMAIL, threepid_creds: credentialsOf(letter), session };
  const step = await post(wish, auth);
  // A server that has forgotten the sign-up asks for the other steps anew.
  const isForgotten = step.session !== session && step.errcode === "M_FORBIDDEN";
  return isForgotten ? advance(wish, step, letter) : afterLetter(step, letter);
}

async function advance(wish: Wish, first: Step, letter?: Letter): Promise<Outcome> {
  let step = first;
  for (let steps = 0; !step.access_token && steps < MAX_STEPS; steps++) {
    const type = nextStage(step);
    if (type === EMAIL) return byLetter(wish, step.session, letter);
    const { session } = step;
    step = await post(wish, { type, ...proof(type, wish), session });
    if (type === INVITATION && step.errcode && step.session === session)
      throw new Problem("INVITATION_REFUSED", 401);
  }
  return { done: toSession(step, "setup") };
}

function proof(type: string, wish: Wish): { token?: string } {
  if (type === TERMS && !wish.hasAccepted) throw new Problem("TERMS_NEEDED", 401);
  if (type !== INVITATION) return {};
  if (!wish.invitation) throw new Problem("INVITATION_NEEDED", 401);
  return { token: wish.invitation };
}

async function byLetter(wish: Wish, session?: string, sent?: Letter): Promise<Outcome> {
  if (!wish.address) throw new Problem("EMAIL_NEEDED", 401);
  const letter = sent?.address === wish.address ? sent : await sendLetter("register", wish.address);
  const auth = { type: EMAIL, threepid_creds: credentialsOf(letter), session };
  return afterLetter(await post(wish, auth), letter);
}

function afterLetter(step: Step, letter: Letter): Outcome {
  if (step.access_token) return { done: toSession(step, "setup") };
  const waits = { letter, session: step.session };
  if (step.errcode === "M_UNAUTHORIZED") return { waits, isOver: false };
  if (step.errcode === "M_THREEPID_AUTH_FAILED") return { waits, isOver: true };
  throw new Problem(step.errcode ?? "M_UNKNOWN", 401);
}

function post({ name, password }: Wish, auth?: Record<string, unknown>): Promise<Step> {
  const body = { username: name, password, initial_device_display_name: deviceName(), auth };
  return request<Step>("POST", "/register", { body, accept401: true });
}
