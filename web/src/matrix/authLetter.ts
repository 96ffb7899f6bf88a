import { language } from "@/kit/preferences";
import { request } from "./http";
import { Problem, toProblem } from "./problem";

const SECRET_BYTES = 24;

/** What somebody proves by opening the link of a letter. */
type Purpose = "register" | "account/password" | "account/3pid";

/** A letter on its way, and what shows afterwards that it was this device that asked for it. */
export interface Letter {
  purpose: Purpose;
  address: string;
  secret: string;
  sid: string;
  attempt: number;
}

/** Where a link stands: not opened, opened and taken, or too old. */
export type LinkState = "unopened" | "taken" | "over";

/** Errors: BAD_ADDRESS; M_THREEPID_IN_USE and M_THREEPID_NOT_FOUND where the server tells. */
export async function sendLetter(purpose: Purpose, address: string): Promise<Letter> {
  const bytes = crypto.getRandomValues(new Uint8Array(SECRET_BYTES));
  const secret = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return send({ purpose, address, secret, attempt: 1 });
}

/** From now on only the link of the new one is good. */
export function sendAgain(letter: Letter): Promise<Letter> {
  return send({ ...letter, attempt: letter.attempt + 1 });
}

async function send(letter: Omit<Letter, "sid">): Promise<Letter> {
  const { purpose, address, secret, attempt } = letter;
  const body = { email: address, client_secret: secret, send_attempt: attempt };
  const path = `/${purpose}/email/requestToken`;
  const options = { body, language: language() };
  try {
    const { sid } = await request<{ sid: string }>("POST", path, options);
    return { ...letter, sid };
  } catch (error) {
    const isBad = toProblem(error).code === "M_INVALID_PARAM";
    throw isBad ? new Problem("BAD_ADDRESS", 400) : error;
  }
}

export function credentialsOf({ sid, secret }: Letter) {
  return { sid, client_secret: secret };
}
