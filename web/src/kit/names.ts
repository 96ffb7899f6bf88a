/** What people may choose as their name at sign-up; docs of the product call it the user ID. */
export type NameProblem = "short" | "long" | "start" | "letters";

const MIN_LENGTH = 3;
const MAX_LENGTH = 20;

/** Typed capitals and stray spaces are folded, not refused. */
export function foldName(typed: string): string {
  return typed.trim().toLowerCase();
}

export function nameProblem(name: string): NameProblem | null {
  if (!/^[a-z]/.test(name)) return name === "" ? "short" : "start";
  if (!/^[a-z0-9_-]*$/.test(name)) return "letters";
  if (name.length < MIN_LENGTH) return "short";
  return name.length > MAX_LENGTH ? "long" : null;
}

/** The part between @ and the first colon. */
export function localpart(userId: string): string {
  return userId.slice(1).split(":", 1)[0] ?? userId;
}

export function serverOf(userId: string): string {
  return userId.slice(userId.indexOf(":") + 1);
}

/** A full ID from what was typed: `lan`, `@lan`, or `@lan:example.org`. */
export function fullId(typed: string, ownServer: string): string | null {
  const text = typed.trim();
  const match = /^@?([^@:\s]+)(?::(\S+))?$/.exec(text);
  if (!match?.[1]) return null;
  return `@${match[1].toLowerCase()}:${match[2] ?? ownServer}`;
}
