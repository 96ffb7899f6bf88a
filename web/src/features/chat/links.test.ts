import { describe, expect, it } from "vitest";
import { linksOf as links, piecesOf } from "./links";

describe("links of a message", () => {
  it("are addresses of pages and of mail, with or without their scheme", () => {
    expect(links("see https://tea.example/menu?day=1#noon, or teahouse.org")).toEqual([
      "https://tea.example/menu?day=1#noon",
      "https://teahouse.org",
    ]);
    expect(links("菜单在 http://tea.example/菜单 这里")).toEqual(["http://tea.example/菜单"]);
    expect(links("write to anna@teahouse.org")).toEqual(["mailto:anna@teahouse.org"]);
  });

  it("are nothing that runs or opens what is not a page", () => {
    for (const text of [
      "javascript:alert(1)",
      "data:text/html,<b>x</b>",
      "file:///etc/passwd",
      "<a href='x'>no</a>",
      "just words, 3.14 of them",
    ]) {
      expect(links(text)).toEqual([]);
    }
  });

  it("leave the text as it was written", () => {
    const text = "  teahouse.org\n茶 & <b> https://x.example ";
    expect(
      piecesOf(text)
        .map((piece) => piece.text)
        .join(""),
    ).toBe(text);
  });
});
