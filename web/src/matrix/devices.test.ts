import { expect, it } from "vitest";
import { devicesOf } from "./devices";

it("puts the device in one's hands first, then those that were used last", () => {
  const devices = devicesOf(
    [
      { device_id: "OLD", display_name: "Old phone", last_seen_ts: 1_000 },
      { device_id: "NEVER" },
      { device_id: "HERE", display_name: " ", last_seen_ts: 5 },
      { device_id: "NEW", display_name: "Tablet", last_seen_ts: 2_000 },
    ],
    "HERE",
  );
  expect(devices.map(({ id }) => id)).toEqual(["HERE", "NEW", "OLD", "NEVER"]);
  expect(devices[0]).toEqual({ id: "HERE", name: "", isThis: true, seenMs: 5 });
  expect(devices[3]?.seenMs).toBe(0);
});
