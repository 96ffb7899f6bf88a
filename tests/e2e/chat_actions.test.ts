import { expect, type Locator, type Page, test } from "@playwright/test";
import { accessProblems } from "./axe";
import { Finger } from "./finger";
import { PASSWORD, Person } from "./person";
import { TestServer } from "./server";

let server: TestServer;
/** With a phone in the hand. */
let alice: Person;
/** The same person, at a desk. */
let desk: Person;
let bob: Person;
let carol: Person;

test.describe.configure({ mode: "serial" });

test.beforeAll(async ({ browser }) => {
  server = await TestServer.start();
  const at = (name: string, shown: string, device = {}) =>
    Person.at(browser, server.url, name, shown, device);
  alice = await at("alice", "Alice", { hasTouch: true, isMobile: true });
  desk = await at("alice", "Alice", { viewport: { width: 1280, height: 800 } });
  bob = await at("bob", "Bob");
  carol = await at("carol", "Carol");
  await alice.page.addInitScript(() => {
    Object.assign(window, { ticks: 0 });
    navigator.vibrate = () => {
      const counted = window as unknown as { ticks: number };
      counted.ticks += 1;
      return true;
    };
  });
  for (const person of [alice, bob, carol]) await person.signUp();
  for (const person of [bob, carol]) {
    await person.findAndGreet("alice");
    await person.say(`hello from ${person.shownName}`);
    await alice.acceptInvitation(person.shownName);
    await alice.sees(`hello from ${person.shownName}`);
  }
  await desk.signIn(alice.recoveryKey);
  await alice.showChats();
});

test.afterAll(async () => {
  await server.end();
});

const menu = (page: Page) => page.getByRole("menu");
const entry = (page: Page, name: string) => page.getByRole("menuitem", { name, exact: true });
const action = (page: Page, name: string) =>
  page.getByRole("list", { name: "Chats" }).getByRole("button", { name, exact: true });
const ticks = (page: Page) => page.evaluate(() => (window as unknown as { ticks: number }).ticks);

/** The names in the list, from top to bottom. */
async function order(person: Person): Promise<string[]> {
  const links = person.page.getByRole("list", { name: "Chats" }).getByRole("link");
  const texts = await links.allInnerTexts();
  return texts.map((text) => text.split("\n").filter((line) => line.length > 1)[0] ?? "");
}

async function middle(what: Locator): Promise<{ x: number; y: number }> {
  const box = await what.boundingBox();
  if (!box) throw new Error("nothing there");
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

async function swipe(what: Locator, dx: number, dy = 0): Promise<void> {
  const from = await middle(what);
  const finger = await Finger.on(what.page());
  await finger.down(from);
  await finger.move(from, { x: from.x + dx, y: from.y + dy });
  await finger.up();
}

async function rightClick(person: Person, chat: string, name: string): Promise<void> {
  await person.chat(chat).click({ button: "right" });
  await entry(person.page, name).click();
  await expect(menu(person.page)).toBeHidden();
}

test("a swipe shows what can be done, and a tap elsewhere hides it", async () => {
  const { page } = alice;
  await swipe(alice.chat("Bob"), -160);
  await expect(action(page, "Pin to the top")).toBeVisible();
  expect(await ticks(page)).toBe(1);
  await expect(page).toHaveURL(/\/chats$/);
  await page.touchscreen.tap(...tapAt(await middle(alice.chat("Carol"))));
  await expect(action(page, "Pin to the top")).toBeHidden();
});

const tapAt = ({ x, y }: { x: number; y: number }): [number, number] => [x, y];

test("only one row is drawn aside, and a tap on it closes it instead of opening the chat", async () => {
  const { page } = alice;
  await alice.showChats();
  await swipe(alice.chat("Bob"), -160);
  await expect(action(page, "Mute")).toHaveCount(1);
  await swipe(alice.chat("Carol"), -160);
  await expect(action(page, "Mute")).toHaveCount(1);
  const row = await middle(alice.chat("Carol"));
  await page.touchscreen.tap(40, row.y);
  await expect(action(page, "Mute")).toHaveCount(0);
  await expect(page).toHaveURL(/\/chats$/);
});

test("a short swipe comes back, and one that goes down belongs to the list", async () => {
  const { page } = alice;
  await swipe(alice.chat("Bob"), -14);
  await swipe(alice.chat("Bob"), -60, 160);
  await swipe(alice.chat("Bob"), 120);
  await expect(alice.chat("Bob")).toBeVisible();
  await expect(action(page, "Mute")).toHaveCount(0);
  // A browser takes a touch that comes at once for one that ends the last.
  await expect(async () => {
    await alice.chat("Bob").tap();
    await expect(alice.composer).toBeVisible({ timeout: 1_000 });
  }).toPass();
});

test("a pinned chat comes first, on all devices, and is unpinned again", async () => {
  const { page } = alice;
  await alice.showChats();
  await bob.say("newest");
  await expect.poll(() => order(alice)).toEqual(["Bob", "Carol"]);
  await swipe(alice.chat("Carol"), -160);
  await action(page, "Pin to the top").tap();
  await expect.poll(() => order(alice)).toEqual(["Carol", "Bob"]);
  await expect(alice.chat("Carol").getByRole("img", { name: "Pinned" })).toBeVisible();
  await expect.poll(() => order(desk)).toEqual(["Carol", "Bob"]);
  await rightClick(desk, "Carol", "Unpin");
  await expect.poll(() => order(alice)).toEqual(["Bob", "Carol"]);
  await expect(alice.chat("Carol").getByRole("img", { name: "Pinned" })).toHaveCount(0);
});

test("a muted chat is counted nowhere, and says quietly that there is news", async () => {
  const { page } = alice;
  await expect(alice.chat("Bob").getByLabel("1 unread message")).toBeVisible();
  await swipe(alice.chat("Bob"), -160);
  await action(page, "Mute").tap();
  const quiet = alice.chat("Bob").getByRole("img", { name: "Unread" });
  await expect(alice.chat("Bob").getByRole("img", { name: "Muted" })).toBeVisible();
  await expect(quiet).toBeVisible();
  await expect(page.getByLabel("unread message")).toHaveCount(0);
  await swipe(alice.chat("Bob"), -160);
  await action(page, "Mark as read").tap();
  await expect(quiet).toBeHidden();
  await bob.say("psst");
  await expect(alice.chat("Bob")).toContainText("psst");
  await expect(quiet).toBeVisible();
  await expect(page.getByLabel("unread message")).toHaveCount(0);
  await page.reload();
  await expect(quiet).toBeVisible();
  await rightClick(desk, "Bob", "Unmute");
  await expect(alice.chat("Bob").getByRole("img", { name: "Muted" })).toHaveCount(0);
  await bob.say("loud again");
  await expect(alice.chat("Bob").getByLabel("unread message")).toBeVisible();
});

test("what is put aside as unread is so everywhere, until one opens it", async () => {
  const { page } = alice;
  await swipe(alice.chat("Bob"), -160);
  await action(page, "Mark as read").tap();
  await expect(page.getByLabel("unread message")).toHaveCount(0);
  await swipe(alice.chat("Bob"), -160);
  await action(page, "Mark as unread").tap();
  for (const person of [alice, desk])
    await expect(person.chat("Bob").getByRole("img", { name: "Unread" })).toBeVisible();
  await expect(page.getByRole("navigation").getByLabel("1 unread message")).toBeVisible();
  await page.reload();
  await expect(alice.chat("Bob").getByRole("img", { name: "Unread" })).toBeVisible();
  await desk.open("Bob");
  for (const person of [alice, desk])
    await expect(person.chat("Bob").getByRole("img", { name: "Unread" })).toHaveCount(0);
  // The one on the screen can be put aside, too: then it is on the screen no longer.
  await rightClick(desk, "Bob", "Mark as unread");
  await expect(desk.composer).toBeHidden();
  await expect(desk.chat("Bob").getByRole("img", { name: "Unread" })).toBeVisible();
  await rightClick(desk, "Bob", "Mark as read");
  await expect(desk.chat("Bob").getByRole("img", { name: "Unread" })).toHaveCount(0);
});

test("a finger that rests opens the menu, and what is lifted opens no chat", async () => {
  const { page } = alice;
  const before = await ticks(page);
  const finger = await Finger.on(page);
  await finger.down(await middle(alice.chat("Carol")));
  await expect(menu(page)).toBeVisible();
  await finger.up();
  await expect(menu(page)).toBeVisible();
  expect(await ticks(page)).toBe(before + 1);
  await entry(page, "Mute").tap();
  await expect(alice.chat("Carol").getByRole("img", { name: "Muted" })).toBeVisible();
  await expect(page).toHaveURL(/\/chats$/);
});

test("a button that comes with the mouse opens it, too", async () => {
  const { page } = desk;
  const button = page.getByRole("button", { name: "More about Carol" });
  await desk.chat("Carol").hover();
  await expect(button).toHaveCSS("opacity", "1");
  await button.click();
  await expect(page.getByRole("menuitem")).toHaveText([
    "Mark as unread",
    "Unmute",
    "Pin to the top",
  ]);
  expect(await accessProblems(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await expect(menu(page)).toBeHidden();
  await expect(button).toBeFocused();
});

test("the keyboard has it all: the menu key, Shift-F10, and the button in the order of Tab", async () => {
  const { page } = desk;
  for (const key of ["Shift+F10", "ContextMenu"]) {
    await desk.chat("Carol").focus();
    await page.keyboard.press(key);
    await expect(entry(page, "Mark as unread")).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(desk.chat("Carol")).toBeFocused();
  }
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "More about Carol" })).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(desk.chat("Carol").getByRole("img", { name: "Muted" })).toHaveCount(0);
});

test("in simple mode no gesture hides anything: the button is there", async () => {
  const { page } = alice;
  await alice.go("/me/look");
  await page.getByText("Simple mode").tap();
  await alice.showChats();
  await swipe(alice.chat("Carol"), -200);
  await expect(action(page, "Pin to the top")).toHaveCount(0);
  await page.getByRole("button", { name: "More about Carol" }).tap();
  await entry(page, "Pin to the top").tap();
  await expect.poll(() => order(alice)).toEqual(["Carol", "Bob"]);
  await alice.go("/me/look");
  await page.getByText("Normal", { exact: true }).tap();
});

test("without a connection one is told, and it stays as it was", async () => {
  const { page, context } = desk;
  await context.setOffline(true);
  await rightClick(desk, "Bob", "Pin to the top");
  await expect(page.getByText("No connection. Please check")).toBeVisible();
  await expect(desk.chat("Bob").getByRole("img", { name: "Pinned" })).toHaveCount(0);
  await context.setOffline(false);
  await rightClick(desk, "Bob", "Pin to the top");
  await expect(page.getByText("No connection. Please check")).toBeHidden();
  await expect(desk.chat("Bob").getByRole("img", { name: "Pinned" })).toBeVisible();
  for (const person of [alice, desk, bob, carol]) expect(person.complaints).toEqual([]);
});

test("a chat whose other person deleted it goes on as it was: pinned, muted, half written", async () => {
  await rightClick(desk, "Bob", "Mute");
  await desk.open("Bob");
  await desk.composer.fill("half of what I");
  await bob.deleteOpenChat();
  await bob.findAndGreet("alice");
  await bob.say("me again");
  await desk.sees("me again");
  await expect(desk.composer).toHaveValue("half of what I");
  for (const person of [alice, desk]) {
    await person.showChats();
    await expect(person.chat("Bob")).toHaveCount(1);
    for (const mark of ["Pinned", "Muted"])
      await expect(person.chat("Bob").getByRole("img", { name: mark })).toBeVisible();
    await person.open("Bob");
    await expect(person.composer).toHaveValue("half of what I");
  }
});

test("one's devices are listed and named, and one of them is signed out with the password", async () => {
  const { page } = desk;
  await desk.go("/me/devices");
  await expect(page).toHaveTitle(/Devices · Teahouse$/);
  await page.getByRole("button", { name: /Last used/ }).click();
  const sheet = page.getByRole("dialog");
  await sheet.getByLabel("Name of the device").fill("Phone of Alice");
  await page.keyboard.press("Enter");
  await expect(sheet).toBeHidden();
  await page.getByRole("button", { name: "Phone of Alice" }).click();
  await sheet.getByRole("button", { name: "Sign out this device" }).click();
  await sheet.getByLabel("Your password").fill("not my password");
  await page.keyboard.press("Enter");
  await expect(sheet.getByText("The password is not right.")).toBeVisible();
  await expect(sheet.getByLabel("Your password")).toBeFocused();
  expect(await accessProblems(page)).toEqual([]);
  await sheet.getByLabel("Your password").fill(PASSWORD);
  await page.keyboard.press("Enter");
  await expect(page.getByText("You are signed in nowhere else.")).toBeVisible();
  await expect(alice.page.getByText("You were signed out. Please sign in again.")).toBeVisible();
});

test("all other devices are signed out at once", async () => {
  const { page } = desk;
  const others = await Promise.all(["Old laptop", "Library"].map(anotherDevice));
  await page.reload();
  await page.getByRole("button", { name: "Sign out all others" }).click();
  const sheet = page.getByRole("dialog");
  await sheet.getByLabel("Your password").fill(PASSWORD);
  await page.keyboard.press("Enter");
  await expect(page.getByText("You are signed in nowhere else.")).toBeVisible();
  for (const token of others) expect((await whoami(token)).status).toBe(401);
  await desk.showChats();
  await expect(desk.chat("Bob")).toBeVisible();
});

async function anotherDevice(name: string): Promise<string> {
  const answer = await fetch(`${server.url}/_matrix/client/v3/login`, {
    method: "POST",
    body: JSON.stringify({
      type: "m.login.password",
      identifier: { type: "m.id.user", user: "alice" },
      password: PASSWORD,
      initial_device_display_name: name,
    }),
  });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  return token;
}

function whoami(token: string): Promise<Response> {
  const headers = { Authorization: `Bearer ${token}` };
  return fetch(`${server.url}/_matrix/client/v3/account/whoami`, { headers });
}
