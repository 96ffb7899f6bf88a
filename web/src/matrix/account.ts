import { type MatrixClient, UserEvent } from "matrix-js-sdk";
import { localpart } from "@/kit/names";
import { Signal } from "@/kit/signal";
import { Addresses } from "./addresses";
import { Devices } from "./devices";
import { Problem, toProblem } from "./problem";
import type { Person } from "./timeline/message";

/** One's own name, picture, password, addresses and devices. */
export class Account {
  readonly me: Signal<Person>;
  readonly addresses: Addresses;
  readonly devices: Devices;

  constructor(private readonly client: MatrixClient) {
    const userId = client.getSafeUserId();
    this.addresses = new Addresses(client);
    this.devices = new Devices(client);
    this.me = new Signal<Person>({ userId, name: localpart(userId), face: null });
    const user = client.getUser(userId);
    if (user?.displayName) this.#show(user.displayName, user.avatarUrl ?? null);
    client.on(UserEvent.DisplayName, (_event, changed) => this.#fromUser(changed.userId));
    client.on(UserEvent.AvatarUrl, (_event, changed) => this.#fromUser(changed.userId));
    void this.refresh().catch(() => {});
  }

  async refresh(): Promise<void> {
    const { userId } = this.me.get();
    const profile = await this.client.getProfileInfo(userId);
    this.#show(profile.displayname || localpart(userId), profile.avatar_url ?? null);
  }

  async rename(name: string): Promise<void> {
    await this.client.setDisplayName(name);
    this.me.update((me) => ({ ...me, name }));
  }

  async setFace(picture: Blob): Promise<void> {
    const { content_uri } = await this.client.uploadContent(picture, { includeFilename: false });
    await this.client.setAvatarUrl(content_uri);
    this.me.update((me) => ({ ...me, face: content_uri }));
  }

  /** Errors: M_FORBIDDEN when the old password is wrong. */
  async changePassword(old: string, fresh: string, signOutOthers: boolean): Promise<void> {
    const identifier = { type: "m.id.user", user: this.me.get().userId };
    const proof = { type: "m.login.password", identifier, password: old };
    try {
      await this.client.setPassword(proof, fresh, signOutOthers);
    } catch (error) {
      const problem = toProblem(error);
      throw problem.status === 401 ? new Problem("M_FORBIDDEN", 401) : problem;
    }
  }

  #fromUser(userId: string): void {
    const user = this.client.getUser(userId);
    if (userId === this.me.get().userId && user?.displayName)
      this.#show(user.displayName, user.avatarUrl ?? null);
  }

  #show(name: string, face: string | null): void {
    this.me.update((me) => ({ ...me, name, face }));
  }
}
