/**
 * The password that was typed a moment ago, in memory only: if the server wants a proof while the
 * account is set up, nobody is asked twice.
 */
let password: string | null = null;

export function rememberPassword(typed: string): void {
  password = typed;
}

export function takePassword(): string | null {
  const taken = password;
  password = null;
  return taken;
}
