import { expect, type Page, test } from "@playwright/test";
import { Finger, type Spot } from "./finger";
import { Person } from "./person";
import { TestServer } from "./server";

const TOUCH = { hasTouch: true, isMobile: true };
const MIDDLE: Spot = { x: 120, y: 420 };
const FAR_RIGHT: Spot = { x: 360, y: 430 };

let server: TestServer;
let alice: Person;

test.describe.configure({ mode: "serial" });

test.beforeAll(async ({ browser }) => {
  server = await TestServer.start();
  alice = await Person.at(browser, server.url, "alice", "Alice", TOUCH);
  await server.add("bob", "Bob");
  await alice.signUp();
  await alice.findAndGreet("bob");
  for (let part = 1; part <= 3; part++) await alice.say("a long letter\n".repeat(12));
  await alice.say("its end");
  await alice.sees("its end");
});

test.afterAll(async () => {
  await server.end();
});

const shift = (page: Page) =>
  page.locator("[data-swiping]").evaluate((one) => one.getBoundingClientRect().left);
const heading = (page: Page) => page.getByRole("heading", { name: "Chats" });

test("a finger that goes right takes the chat away and shows the list under it", async () => {
  const { page } = alice;
  const finger = await Finger.on(page);
  await finger.down(MIDDLE);
  await finger.move(MIDDLE, FAR_RIGHT);
  expect(await shift(page)).toBe(FAR_RIGHT.x - MIDDLE.x);
  await expect(heading(page)).toBeVisible();
  await finger.up();
  await expect(page).toHaveURL(/\/chats$/);
  await expect(alice.composer).toBeHidden();
});

test("one that comes back, or goes a little way and rests, stays in the chat", async () => {
  await alice.open("Bob");
  await alice.sees("its end");
  const { page } = alice;
  const finger = await Finger.on(page);
  await finger.down(MIDDLE);
  await finger.move(MIDDLE, FAR_RIGHT);
  await finger.move(FAR_RIGHT, { x: MIDDLE.x + 4, y: MIDDLE.y });
  await finger.up();
  await expect(page.locator("[data-swiping]")).toHaveCount(0);
  await expect(alice.composer).toBeVisible();
  await expect(heading(page)).toBeHidden();
});

test("up and down scroll, also when the finger strays to the right later", async () => {
  const { page } = alice;
  await alice.sees("its end");
  const finger = await Finger.on(page);
  const place = () => alice.conversation.evaluate((box) => box.scrollTop);
  const above = await place();
  // A browser that has much to do may miss a finger.
  await expect(async () => {
    await finger.down(MIDDLE);
    await finger.move(MIDDLE, { x: MIDDLE.x + 10, y: MIDDLE.y + 200 });
    await finger.move({ x: MIDDLE.x + 10, y: MIDDLE.y + 200 }, { x: 380, y: MIDDLE.y + 210 });
    await finger.up();
    await expect.poll(place, { timeout: 2_000 }).toBeLessThan(above);
  }).toPass();
  await expect(page.locator("[data-swiping]")).toHaveCount(0);
  await expect(alice.composer).toBeVisible();
});

test("what scrolls sideways itself is left alone", async () => {
  const { page } = alice;
  await page.locator("header[data-look=chat]").evaluate((bar) => {
    bar.style.overflowX = "auto";
    bar.append(Object.assign(document.createElement("div"), { style: "flex: 0 0 100vw" }));
    bar.scrollLeft = 300;
  });
  const from = { x: 180, y: 30 };
  const finger = await Finger.on(page);
  await finger.down(from);
  await finger.move(from, { x: 380, y: 30 });
  await expect(page.locator("[data-swiping]")).toHaveCount(0);
  await finger.up();
  await expect(alice.composer).toBeVisible();
});

test("it begins anywhere, also where one writes", async () => {
  const { page } = alice;
  const box = await alice.composer.boundingBox();
  const from = { x: (box?.x ?? 0) + 20, y: (box?.y ?? 0) + 20 };
  const finger = await Finger.on(page);
  await finger.down(from);
  await finger.move(from, { x: 380, y: from.y });
  await finger.up();
  await expect(page).toHaveURL(/\/chats$/);
  await alice.open("Bob");
  await alice.sees("its end");
});

test("who wants less motion goes back without a slide", async () => {
  const { page } = alice;
  await page.emulateMedia({ reducedMotion: "reduce" });
  const finger = await Finger.on(page);
  await finger.down(MIDDLE);
  await finger.move(MIDDLE, FAR_RIGHT);
  expect(await shift(page)).toBe(0);
  await finger.up();
  await expect(page).toHaveURL(/\/chats$/);
  await page.emulateMedia({ reducedMotion: null });
});

test("simple mode goes back by the arrow only", async () => {
  const { page } = alice;
  await page.evaluate(() =>
    localStorage.setItem("teahouse.preferences", JSON.stringify({ size: "simple" })),
  );
  await page.reload();
  await alice.open("Bob");
  const finger = await Finger.on(page);
  await finger.down(MIDDLE);
  await finger.move(MIDDLE, FAR_RIGHT);
  await expect(page.locator("[data-swiping]")).toHaveCount(0);
  await finger.up();
  await expect(alice.composer).toBeVisible();
  await page.getByRole("link", { name: "Back" }).click();
  await expect(heading(page)).toBeVisible();
});
