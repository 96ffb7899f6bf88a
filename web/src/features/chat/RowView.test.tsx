import { act } from "react";
import { createRoot } from "react-dom/client";
import { expect, it, vi } from "vitest";
import { linksOf, piecesOf } from "./links";
import { RowView } from "./RowView";
import type { Row } from "./rows";

vi.mock("./links", { spy: true });

const ROW: Row = {
  kind: "message",
  key: "$1",
  first: true,
  last: true,
  message: {
    kind: "message",
    key: "$1",
    eventId: "$1",
    sender: { userId: "@lan:tea", name: "Lan", face: null },
    mine: false,
    timeMs: 0,
    body: { kind: "text", text: "see https://tea.example", edited: false },
    recallUntilMs: 0,
  },
};

it("looks through the words of a message once, however often the list moves it", () => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  const place = document.createElement("div");
  const root = createRoot(place);
  for (let scrolls = 0; scrolls < 5; scrolls++) {
    act(() => root.render(<RowView row={ROW} group={false} />));
  }
  expect(place.querySelector("a")?.getAttribute("href")).toBe("https://tea.example");
  expect(piecesOf).toHaveBeenCalledTimes(1);
  expect(linksOf).not.toHaveBeenCalled();
  act(() => root.unmount());
});
