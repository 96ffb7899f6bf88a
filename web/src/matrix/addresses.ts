import type { MatrixClient } from "matrix-js-sdk";
import { credentialsOf, type Letter, type LinkState } from "./authLetter";
import type { Step } from "./authSteps";
import { request } from "./http";
import { Problem, toProblem } from "./problem";

interface Threepids {
  threepids: { medium: string; address: string }[];
}

const PATH = "/account/3pid";

/** One's own e-mail addresses. */
export class Addresses {
  constructor(private readonly client: MatrixClient) {}

  async areOffered(): Promise<boolean> {
    const capabilities = await this.client.getCapabilities();
    return capabilities["m.3pid_changes"]?.enabled === true;
  }

  async all(): Promise<string[]> {
    const { threepids } = await request<Threepids>("GET", PATH, this.#signed);
    return threepids.filter(({ medium }) => medium === "email").map(({ address }) => address);
  }

  /** `taken`: opened, and `add` is next. */
  async look(letter: Letter): Promise<LinkState> {
    const step: Step = await this.#add(letter).catch((error: unknown) => {
      if (toProblem(error).code === "M_THREEPID_AUTH_FAILED") return { errcode: "over" };
      throw error;
    });
    if (step.flows) return "taken";
    if (step.errcode === "over") return "over";
    if (step.errcode === "M_UNAUTHORIZED") return "unopened";
    throw new Problem(step.errcode ?? "M_UNKNOWN", 401);
  }

  /** Errors: M_FORBIDDEN for a wrong password; M_THREEPID_IN_USE. */
  async add(letter: Letter, password: string): Promise<void> {
    const identifier = { type: "m.id.user", user: this.client.getSafeUserId() };
    const step = await this.#add(letter, { type: "m.login.password", identifier, password });
    if (step.errcode) throw new Problem(step.errcode, 401);
  }

  async remove(address: string): Promise<void> {
    const body = { medium: "email", address };
    await request("POST", `${PATH}/delete`, { ...this.#signed, body });
  }

  #add(letter: Letter, auth?: Record<string, unknown>): Promise<Step> {
    const body = { ...credentialsOf(letter), auth };
    return request<Step>("POST", `${PATH}/add`, { ...this.#signed, body, accept401: true });
  }

  get #signed() {
    return { token: this.client.getAccessToken() ?? undefined };
  }
}
