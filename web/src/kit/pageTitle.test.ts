import { expect, it } from "vitest";
import { titleOf } from "./pageTitle";

it("says what is unread, then the page, then the app", () => {
  expect(titleOf({ page: "Lan", app: "Teahouse", unread: "3" })).toBe("(3) Lan · Teahouse");
  expect(titleOf({ page: "Lan", app: "Teahouse", unread: "" })).toBe("Lan · Teahouse");
  expect(titleOf({ page: null, app: "Teahouse", unread: "" })).toBe("Teahouse");
});
