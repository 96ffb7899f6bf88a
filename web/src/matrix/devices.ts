import type { IMyDevice, MatrixClient } from "matrix-js-sdk";
import { Problem, toProblem } from "./problem";

/** A phone or browser on which this person is signed in. */
export interface Device {
  id: string;
  /** Empty when nobody named it. */
  name: string;
  /** The one in one's hands. */
  isThis: boolean;
  /** 0 when nobody knows. */
  seenMs: number;
}

/** The devices of an answer: this one first, then those that were used last. */
export function devicesOf(devices: readonly IMyDevice[], thisId: string | null): Device[] {
  return devices
    .map(({ device_id: id, display_name, last_seen_ts }) => ({
      id,
      name: display_name?.trim() ?? "",
      isThis: id === thisId,
      seenMs: last_seen_ts ?? 0,
    }))
    .sort((a, b) => Number(b.isThis) - Number(a.isThis) || b.seenMs - a.seenMs);
}

/** One's own devices. */
export class Devices {
  constructor(private readonly client: MatrixClient) {}

  async all(): Promise<Device[]> {
    const { devices } = await this.client.getDevices();
    return devicesOf(devices, this.client.getDeviceId());
  }

  async rename(id: string, name: string): Promise<void> {
    await this.client.setDeviceDetails(id, { display_name: name });
  }

  /** What they keep stays with them, closed; they need password and recovery key again. Errors: M_FORBIDDEN for a wrong password. */
  async signOut(ids: string[], password: string): Promise<void> {
    const identifier = { type: "m.id.user", user: this.client.getSafeUserId() };
    try {
      await this.client.deleteMultipleDevices(ids, {
        type: "m.login.password",
        identifier,
        password,
      });
    } catch (error) {
      const problem = toProblem(error);
      throw problem.status === 401 ? new Problem("M_FORBIDDEN", 401) : problem;
    }
  }
}
