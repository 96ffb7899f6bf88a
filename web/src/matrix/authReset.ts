import { credentialsOf, type Letter, type LinkState } from "./authLetter";
import { EMAIL, type Step } from "./authSteps";
import { request } from "./http";
import { Problem } from "./problem";

/** Sets a new password once the link of the letter was opened. */
export class PasswordReset {
  #session: string | undefined;

  constructor(readonly letter: Letter) {}

  /** `taken`: the password is set. Errors: M_THREEPID_NOT_FOUND when the address has no account. */
  async set(password: string, signOutOthers: boolean): Promise<LinkState> {
    const auth = {
      type: EMAIL,
      threepid_creds: credentialsOf(this.letter),
      session: this.#session,
    };
    const body = { new_password: password, logout_devices: signOutOthers, auth };
    const step = await request<Step>("POST", "/account/password", { body, accept401: true });
    if (!step.errcode) return "taken";
    this.#session = step.session;
    if (step.errcode === "M_UNAUTHORIZED") return "unopened";
    if (step.errcode === "M_THREEPID_AUTH_FAILED") return "over";
    throw new Problem(step.errcode, 401);
  }
}
