import { MatrixEvent } from "matrix-js-sdk";
import { describe, expect, it } from "vitest";
import { bodyOf } from "./messageBody";

function event(content: Record<string, unknown>, type = "m.room.message"): MatrixEvent {
  return new MatrixEvent({
    type,
    content,
    event_id: "$1",
    room_id: "!r",
    sender: "@lan:tea.example",
  });
}

const SEALED = { v: "v2", url: "mxc://tea.example/abc", key: {}, iv: "", hashes: {} };

describe("what a message says", () => {
  it("is its text", () => {
    expect(bodyOf(event({ msgtype: "m.text", body: "hello" }))).toEqual({
      kind: "text",
      text: "hello",
      edited: false,
    });
  });

  it("is a picture with its small copy, and the whole picture where there is none", () => {
    const info = {
      mimetype: "image/png",
      w: 4,
      h: 3,
      size: 9,
      thumbnail_file: { ...SEALED, url: "mxc://t/s" },
    };
    const picture = event({ msgtype: "m.image", body: "tea.png", file: SEALED, info });
    expect(bodyOf(picture)).toMatchObject({
      kind: "picture",
      thumbnail: { mxc: "mxc://t/s" },
      file: { name: "tea.png", mxc: SEALED.url, sizeBytes: 9 },
      width: 4,
    });
    const alone = { mimetype: "image/png" };
    expect(
      bodyOf(event({ msgtype: "m.image", body: "tea.png", file: SEALED, info: alone })),
    ).toMatchObject({
      thumbnail: { mxc: SEALED.url },
    });
  });

  it("is a file when a picture could carry a script", () => {
    const info = { mimetype: "image/svg+xml" };
    expect(bodyOf(event({ msgtype: "m.image", body: "x.svg", file: SEALED, info }))).toMatchObject({
      kind: "file",
      file: { name: "x.svg" },
    });
  });

  it("is a video or audio to be played, with what its sender told of it", () => {
    const info = {
      mimetype: "video/webm;codecs=vp8",
      w: 640,
      h: 360,
      duration: 61_000,
      thumbnail_url: "mxc://t/s",
    };
    expect(
      bodyOf(event({ msgtype: "m.video", body: "tea.webm", file: SEALED, info })),
    ).toMatchObject({
      kind: "video",
      poster: { mxc: "mxc://t/s" },
      width: 640,
      height: 360,
      durationMs: 61_000,
      file: { type: "video/webm" },
    });
    const song = { mimetype: "audio/mpeg", duration: "long" };
    expect(
      bodyOf(event({ msgtype: "m.audio", body: "song.mp3", file: SEALED, info: song })),
    ).toMatchObject({ kind: "audio", durationMs: 0 });
  });

  it("is a file when its kind of video or audio is not known", () => {
    for (const [msgtype, mimetype] of [
      ["m.video", "video/x-unknown"],
      ["m.video", "text/html"],
      ["m.audio", "video/mp4"],
      ["m.audio", undefined],
    ]) {
      const body = bodyOf(event({ msgtype, body: "x", file: SEALED, info: { mimetype } }));
      expect(body?.kind, `${msgtype} ${mimetype}`).toBe("file");
    }
  });

  it("is nothing for what people don't see: other kinds, edits of other messages, no text", () => {
    expect(bodyOf(event({}, "m.reaction"))).toBeNull();
    expect(bodyOf(event({ msgtype: "m.text" }))).toBeNull();
    const edit = {
      msgtype: "m.text",
      body: "* x",
      "m.relates_to": { rel_type: "m.replace", event_id: "$0" },
    };
    expect(bodyOf(event(edit))).toBeNull();
  });

  it("is recalled when it was taken back; what was no message is nothing then", () => {
    for (const [type, body] of [
      ["m.room.message", { kind: "recalled" }],
      ["m.room.encrypted", { kind: "recalled" }],
      ["m.reaction", null],
    ] as const) {
      const gone = event({}, type);
      gone.setUnsigned({ redacted_because: { type: "m.room.redaction" } as never });
      expect(bodyOf(gone), type).toEqual(body);
    }
  });

  it("is closed while it is encrypted", () => {
    expect(bodyOf(event({ algorithm: "m.megolm.v1.aes-sha2" }, "m.room.encrypted"))).toEqual({
      kind: "locked",
    });
  });
});
