import { createHash, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { expect, type Page, test } from "@playwright/test";
import { findInFolder } from "./findInFolder";
import { Person } from "./person";
import { TestServer } from "./server";
import { teaPicture } from "./teaPicture";

/** Words that stand nowhere else, to be looked for in what the server keeps. */
const FROM_ALICE = "The osmanthus oolong is ready, come at four.";
const FROM_BOB = "我带桂花糕来，四点见。";
const FROM_CAROL = "Save me the window seat, quixotic as it is.";

const HALF_WRITTEN = "Shall we not rather take the ferry, or";

/** What was sent, to be compared with what a new device reads: hash by name. */
const files = new Map<string, string>();
/** The same of pictures, in their order. */
const pictures: Buffer[] = [];

let server: TestServer;
let alice: Person;
let bob: Person;

test.describe.configure({ mode: "serial" });

test.beforeAll(async ({ browser }) => {
  server = await TestServer.start();
  alice = await Person.at(browser, server.url, "alice", "Alice");
  bob = await Person.at(browser, server.url, "bob", "Bob 小波");
});

test.afterAll(async () => {
  await server.end();
});

const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

async function downloaded(page: Page, press: () => Promise<void>): Promise<Buffer> {
  const [download] = await Promise.all([page.waitForEvent("download"), press()]);
  return readFile(await download.path());
}

/** By the button, a key, a click and the wheel; and back. */
async function looksClosely(page: Page): Promise<void> {
  const picture = page.getByTestId("viewer-picture");
  const width = async () => Math.round((await picture.boundingBox())?.width ?? 0);
  const whole = await width();
  await page.keyboard.press("+");
  expect(await width()).toBeGreaterThan(whole);
  await page.getByRole("button", { name: "Smaller" }).click();
  expect(await width()).toBe(whole);
  await picture.click();
  expect(await width()).toBeGreaterThan(2 * whole);
  await picture.click();
  expect(await width()).toBe(whole);
  await picture.hover();
  await page.mouse.wheel(0, -400);
  await expect.poll(width).toBeGreaterThan(2 * whole);
  await page.mouse.wheel(0, 400);
  await expect.poll(width).toBe(whole);
}

test("two people sign up and find each other by ID", async () => {
  await alice.signUp();
  await bob.signUp();
  await alice.findAndGreet("bob");
  await alice.say(FROM_ALICE);
  await bob.acceptInvitation();
  await bob.sees(FROM_ALICE);
});

test("text goes both ways", async () => {
  await bob.say(FROM_BOB);
  await alice.sees(FROM_BOB);
});

test("a picture arrives as it was sent, both ways", async () => {
  for (const [from, to, hue] of [
    [alice, bob, 30],
    [bob, alice, 150],
  ] as const) {
    const picture = await teaPicture(from.page, hue);
    const before = await to.page.getByTestId("picture").count();
    await from.page.getByTestId("pick-picture").setInputFiles({
      name: "tea.png",
      mimeType: "image/png",
      buffer: picture,
    });
    await expect(to.page.getByTestId("picture")).toHaveCount(before + 1);
    await to.page.getByRole("button", { name: "Picture from" }).last().click();
    await expect(to.page.getByTestId("viewer-picture")).toBeVisible();
    const got = await downloaded(to.page, () =>
      to.page.getByRole("button", { name: "Download" }).click(),
    );
    expect(sha256(got)).toBe(sha256(picture));
    pictures.push(picture);
    await looksClosely(to.page);
    await to.page.keyboard.press("Escape");
    await expect(to.page.getByTestId("viewer-picture")).toBeHidden();
  }
});

test("a file arrives as it was sent, both ways", async () => {
  for (const [from, to, name] of [
    [alice, bob, "menu.bin"],
    [bob, alice, "账单.bin"],
  ] as const) {
    const file = Buffer.concat([Buffer.from("PLAINTEXT-OF-A-FILE"), randomBytes(300_000)]);
    await from.page.getByTestId("pick-file").setInputFiles({
      name,
      mimeType: "application/octet-stream",
      buffer: file,
    });
    const button = to.page.getByRole("button", { name: `Download ${name}` });
    const got = await downloaded(to.page, () => button.click());
    expect(sha256(got)).toBe(sha256(file));
    files.set(name, sha256(file));
  }
});

test("three talk in a group", async ({ browser }) => {
  const carol = await Person.at(browser, server.url, "carol", "Carol");
  await carol.signUp();
  await alice.openGroup("Tea on Sunday", ["bob", "carol"]);
  await alice.say("Who brings cups?");
  await bob.acceptInvitation();
  await carol.acceptInvitation();
  await carol.sees("Who brings cups?");
  await carol.say(FROM_CAROL);
  await bob.sees(FROM_CAROL);
  await alice.sees(FROM_CAROL);
  await carol.composer.pressSequentially("and");
  await bob.composer.pressSequentially("我");
  await expect(
    alice.page.getByText(/^(Carol, Bob 小波|Bob 小波, Carol) are typing…$/),
  ).toBeVisible();
  await bob.composer.fill("");
  await expect(alice.page.getByText("Carol is typing…")).toBeVisible();
  expect(carol.complaints).toEqual([]);
  await carol.context.close();
});

test("a reload keeps the history", async () => {
  await bob.open("Alice");
  await bob.page.reload();
  await bob.sees(FROM_ALICE);
  await bob.sees(FROM_BOB);
});

test("a second device reads everything after the recovery key", async ({ browser }) => {
  const second = await Person.at(browser, server.url, "bob", "Bob 小波");
  await second.signIn(bob.recoveryKey);
  await second.open("Alice");
  await second.sees(FROM_ALICE);
  await second.sees(FROM_BOB);
  await expect(second.page.getByTestId("picture")).toHaveCount(2);
  expect(pictures.length).toBe(2);
  for (const [n, picture] of pictures.entries()) {
    await second.page.getByRole("button", { name: "Picture from" }).nth(n).click();
    await expect(second.page.getByTestId("viewer-picture")).toBeVisible();
    const got = await downloaded(second.page, () =>
      second.page.getByRole("button", { name: "Download tea.png" }).click(),
    );
    expect(sha256(got)).toBe(sha256(picture));
    await second.page.keyboard.press("Escape");
    await expect(second.page.getByTestId("viewer-picture")).toBeHidden();
  }
  expect(files.size).toBe(2);
  for (const [name, hash] of files) {
    const button = second.page.getByRole("button", { name: `Download ${name}` });
    expect(sha256(await downloaded(second.page, () => button.click()))).toBe(hash);
  }
  await second.open("Tea on Sunday");
  await second.sees(FROM_CAROL);

  // What is half written goes along, both ways.
  await bob.composer.fill(HALF_WRITTEN);
  await second.showChats();
  await expect(second.chat("Alice")).toContainText(HALF_WRITTEN);
  await second.open("Alice");
  await expect(second.composer).toHaveValue(HALF_WRITTEN);
  await second.composer.fill("");
  await expect(bob.composer).toHaveValue("");
  expect(second.complaints).toEqual([]);
  await second.context.close();
});

test("a wrong recovery key is refused", async ({ browser }) => {
  const second = await Person.at(browser, server.url, "bob", "Bob 小波");
  await second.page.goto(`${server.url}/signin`);
  await second.page.getByLabel("Your ID").fill("bob");
  await second.page.getByLabel("Password", { exact: true }).fill("seven cups of tea");
  await second.page.getByRole("button", { name: "Sign in" }).click();
  await second.page.getByLabel("Recovery key").fill(alice.recoveryKey);
  await second.page.getByRole("button", { name: "Open my messages" }).click();
  await expect(second.page.getByText("This is not your recovery key")).toBeVisible();
  await second.page.getByRole("button", { name: "Later" }).click();
  await expect(second.page.getByText("Earlier messages are still closed")).toBeVisible();
  await second.context.close();
});

test("the server keeps nothing readable of it", async () => {
  const secrets = [
    FROM_ALICE,
    FROM_BOB,
    FROM_CAROL,
    HALF_WRITTEN,
    "PLAINTEXT-OF-A-FILE",
    "menu.bin",
    "账单.bin",
    "tea.png",
    bob.recoveryKey,
    // The end of each, with its checksum: what comes before is much the same in many pictures.
    ...pictures.map((one) => one.subarray(-64)),
  ];
  await server.down();
  // The search itself is tried on what the server does know.
  expect(await findInFolder(server.data, "Tea on Sunday")).not.toEqual([]);
  for (const secret of secrets) expect(await findInFolder(server.data, secret)).toEqual([]);
});

test("the browser had nothing to complain about", () => {
  expect(alice.complaints).toEqual([]);
  expect(bob.complaints).toEqual([]);
});
