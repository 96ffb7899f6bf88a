import { expect, it } from "vitest";
import { plainType, safeType } from "./types";

it("a type is told without its parameters", () => {
  expect(plainType("Video/WebM; codecs=vp8")).toBe("video/webm");
  expect(plainType("")).toBe("application/octet-stream");
  expect(plainType(undefined)).toBe("application/octet-stream");
});

it("what could be a page or a script is opened as neither", () => {
  expect(safeType("audio/ogg")).toBe("audio/ogg");
  for (const type of ["text/html", "image/svg+xml", "application/xhtml+xml", "video/x-unknown"])
    expect(safeType(type)).toBe("application/octet-stream");
});
