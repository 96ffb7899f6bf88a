import { expect, it } from "vitest";
import { filesOf } from "./offeredFiles";

const picture = new File(["p"], "image.png", { type: "image/png" });
const menu = new File(["m"], "menu.pdf", { type: "application/pdf" });

it("is the picture where there is only a picture", () => {
  expect(filesOf({ text: "", files: [picture] })).toEqual([picture]);
  expect(filesOf({ text: " \n", files: [picture] })).toEqual([picture]);
});

it("is nothing where words were copied that bring a picture of themselves", () => {
  expect(filesOf({ text: "3\t4\n5\t6", files: [picture] })).toEqual([]);
  expect(filesOf({ text: "tea", files: [] })).toEqual([]);
});

it("is the files where the words are only their names", () => {
  expect(filesOf({ text: "image.png\nmenu.pdf", files: [picture, menu] })).toEqual([picture, menu]);
  expect(filesOf({ text: "/home/lan/menu.pdf", files: [menu] })).toEqual([menu]);
  expect(filesOf({ text: "menu.pdf, please", files: [menu] })).toEqual([]);
});
