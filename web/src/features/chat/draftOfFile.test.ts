import { expect, it } from "vitest";
import { draftOfFile } from "./draftOfFile";

const kind = (type: string, as?: "file") => draftOfFile(new File(["x"], "x", { type }), as).kind;

it("a file is sent as what a browser can do with it", () => {
  expect(kind("image/png")).toBe("picture");
  expect(kind("video/webm;codecs=vp8")).toBe("video");
  expect(kind("audio/mpeg")).toBe("audio");
  for (const type of ["image/svg+xml", "video/x-unknown", "application/pdf", ""])
    expect(kind(type), type).toBe("file");
});

it("a picture or video that is picked as a file stays one; audio is played either way", () => {
  expect(kind("image/png", "file")).toBe("file");
  expect(kind("video/webm", "file")).toBe("file");
  expect(kind("audio/mpeg", "file")).toBe("audio");
});
