import { expect, it } from "vitest";
import { Listening, type Recording } from "./listening";

const recorded = (key: string): Recording => ({
  key,
  roomId: "!tea:tea.example",
  file: { mxc: `mxc://tea.example/${key}`, name: `${key}.wav`, sizeBytes: 1, type: "audio/wav" },
  durationMs: 8_000,
});

it("of what was listened to before nothing is noted", () => {
  const listening = new Listening();
  listening.start(recorded("bell"));
  listening.note("bell", { playing: true, atMs: 500 });
  listening.start(recorded("gong"));
  listening.note("bell", { playing: false, inSight: false });
  expect(listening.now.get()).toMatchObject({ atMs: 0, inSight: true, lengthMs: 8_000 });
  expect(listening.now.get()?.recording.key).toBe("gong");
  listening.stop();
  listening.note("gong", { playing: true });
  expect(listening.now.get()).toBeNull();
});
