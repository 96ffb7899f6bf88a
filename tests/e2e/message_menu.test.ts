import { expect, type Locator, type Page, test } from "@playwright/test";
import { Finger } from "./finger";
import { Person } from "./person";
import { TestServer } from "./server";
import { teaPicture } from "./teaPicture";

const DESKTOP = { viewport: { width: 1280, height: 800 } };
const TOUCH = { hasTouch: true, isMobile: true };
const TWO_MINUTES_MS = 120_000;

let server: TestServer;
/** At a desk, with a mouse. */
let alice: Person;
/** With a phone in the hand. */
let bob: Person;

test.describe.configure({ mode: "serial" });

test.beforeAll(async ({ browser }) => {
  server = await TestServer.start();
  alice = await Person.at(browser, server.url, "alice", "Alice", {
    ...DESKTOP,
    permissions: ["clipboard-read", "clipboard-write"],
  });
  bob = await Person.at(browser, server.url, "bob", "Bob", TOUCH);
  await bob.page.addInitScript(() => {
    Object.assign(window, { ticks: 0 });
    navigator.vibrate = () => {
      const counted = window as unknown as { ticks: number };
      counted.ticks += 1;
      return true;
    };
  });
  await alice.signUp();
  await bob.signUp();
  await alice.findAndGreet("bob");
  await says(alice, "come at for");
  await bob.acceptInvitation();
  await bob.sees("come at for");
});

test.afterAll(async () => {
  await server.end();
});

const menu = (page: Page) => page.getByRole("menu");
const entry = (page: Page, name: string) => page.getByRole("menuitem", { name, exact: true });
const offers = (page: Page, entries: string[]) =>
  expect(page.getByRole("menuitem")).toHaveText(entries);
const said = (person: Person, text: string) =>
  person.conversation.getByRole("article").filter({ hasText: text });
const clipboard = (page: Page) => page.evaluate(() => navigator.clipboard.readText());

/** Until the server has it: a message on its way has another menu. */
async function says(person: Person, text: string): Promise<void> {
  await person.say(text);
  await person.sees(text);
  await expect(person.page.getByLabel("Sending")).toHaveCount(0);
}

async function hold(person: Person, what: Locator): Promise<void> {
  const box = await what.boundingBox();
  if (!box) throw new Error("nothing to hold");
  const finger = await Finger.on(person.page);
  await finger.down({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
  await expect(menu(person.page)).toBeVisible();
  await finger.up();
}

/** Under two fingers that go apart; when they come together it is whole again. */
async function grows(person: Person, picture: Locator): Promise<void> {
  await expect(picture).toBeVisible();
  const { x, y, width: whole } = (await picture.boundingBox()) ?? { x: 0, y: 0, width: 0 };
  const width = async () => (await picture.boundingBox())?.width ?? 0;
  const fingers = await Finger.on(person.page);
  const middle = { x: x + whole / 2, y: y + 60 };
  await fingers.pinch(middle, 80, 240);
  await expect.poll(width).toBeGreaterThan(2 * whole);
  await fingers.pinch(middle, 240, 60);
  await expect.poll(width).toBeCloseTo(whole, 0);
}

test("a button beside the bubble opens the menu, and copies", async () => {
  const row = said(alice, "come at for");
  await row.hover();
  await row.getByRole("button", { name: "What to do with this message" }).click();
  await offers(alice.page, ["Copy", "Recall"]);
  await entry(alice.page, "Copy").click();
  await expect(menu(alice.page)).toBeHidden();
  expect(await clipboard(alice.page)).toBe("come at for");
});

test("a link is copied alone; two links have no such entry", async () => {
  await says(alice, "see https://tea.example/menu please");
  await said(alice, "tea.example/menu").click({ button: "right" });
  await entry(alice.page, "Copy link").click();
  expect(await clipboard(alice.page)).toBe("https://tea.example/menu");
  await says(alice, "https://tea.example or https://cake.example");
  await said(alice, "cake.example").click({ button: "right" });
  await offers(alice.page, ["Copy", "Recall"]);
  await alice.page.keyboard.press("Escape");
  await expect(menu(alice.page)).toBeHidden();
});

test("text can be marked, and marked text keeps the menu of the browser", async () => {
  await alice.conversation.getByText("come at for").dblclick({ position: { x: 8, y: 8 } });
  expect(await alice.page.evaluate(() => String(document.getSelection()).trim())).toBe("come");
  await alice.conversation
    .getByText("come at for")
    .click({ button: "right", position: { x: 8, y: 8 } });
  await expect(menu(alice.page)).toBeHidden();
  await alice.composer.click();
});

test("the keyboard goes from message to message, opens the menu and comes back", async () => {
  const { page } = alice;
  await alice.conversation.focus();
  await page.keyboard.press("ArrowUp");
  await expect(said(alice, "cake.example")).toBeFocused();
  await page.keyboard.press("ArrowUp");
  const row = said(alice, "tea.example/menu");
  await expect(row).toBeFocused();
  for (const keys of ["Enter", "Shift+F10", "ContextMenu"]) {
    await page.keyboard.press(keys);
    await expect(entry(page, "Copy")).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(menu(page)).toBeHidden();
    await expect(row).toBeFocused();
  }
});

test("a finger that rests opens it, feels a tick, and presses nothing", async () => {
  await bob.sees("come at for");
  await hold(bob, bob.conversation.getByText("come at for"));
  await offers(bob.page, ["Copy"]);
  expect(await bob.page.evaluate(() => (window as unknown as { ticks: number }).ticks)).toBe(1);
  await bob.page.keyboard.press("Escape");

  await alice.page.getByTestId("pick-picture").setInputFiles({
    name: "tea.png",
    mimeType: "image/png",
    buffer: await teaPicture(alice.page, 80),
  });
  const picture = bob.page.getByRole("button", { name: "Picture from Alice" });
  await expect(bob.page.getByTestId("picture")).toBeVisible();
  await hold(bob, picture);
  await offers(bob.page, ["Open picture", "Save"]);
  await expect(bob.page.getByTestId("viewer-picture")).toBeHidden();
  await entry(bob.page, "Open picture").tap();
  await grows(bob, bob.page.getByTestId("viewer-picture"));
  await bob.page.keyboard.press("Escape");
  await hold(bob, picture);
  const [download] = await Promise.all([
    bob.page.waitForEvent("download"),
    entry(bob.page, "Save").tap(),
  ]);
  expect(download.suggestedFilename()).toBe("tea.png");
});

test("a recalled message leaves a line for both, and its words can be written again", async () => {
  await said(alice, "come at for").click({ button: "right" });
  await entry(alice.page, "Recall").click();
  await expect(alice.conversation.getByText("You recalled a message")).toBeVisible();
  await expect(bob.conversation.getByText("Alice recalled a message")).toBeVisible();
  await expect(bob.conversation.getByText("come at for")).toHaveCount(0);
  await alice.page.getByRole("button", { name: "Edit again" }).click();
  await expect(alice.composer).toHaveValue("come at for");
  await expect(alice.composer).toBeFocused();
  await says(alice, "come at four");
  await bob.sees("come at four");
  await expect(bob.page.getByRole("button", { name: "Edit again" })).toHaveCount(0);
});

test("what was recalled is in the memory of the page only", async () => {
  await alice.page.reload();
  await expect(alice.conversation.getByText("You recalled a message")).toBeVisible();
  await expect(alice.page.getByRole("button", { name: "Edit again" })).toHaveCount(0);
});

test("words can be recalled for two minutes, a picture longer", async () => {
  const row = said(alice, "come at four");
  await row.click({ button: "right" });
  await expect(entry(alice.page, "Recall")).toBeVisible();
  await alice.page.keyboard.press("Escape");
  await alice.page.clock.setFixedTime(Date.now() + TWO_MINUTES_MS);
  await row.click({ button: "right" });
  await offers(alice.page, ["Copy"]);
  await alice.page.keyboard.press("Escape");
  await alice.page.getByTestId("picture").click({ button: "right" });
  await offers(alice.page, ["Open picture", "Save", "Recall"]);
  await alice.page.keyboard.press("Escape");
  await alice.page.clock.setFixedTime(Date.now());
});

test("without a connection a message is not recalled, and one is told", async () => {
  await says(bob, "not for long");
  await bob.context.setOffline(true);
  await hold(bob, bob.conversation.getByText("not for long"));
  await entry(bob.page, "Recall").tap();
  await expect(bob.page.getByRole("alert")).toContainText("No connection.");
  await bob.sees("not for long");
  await bob.context.setOffline(false);
  await hold(bob, bob.conversation.getByText("not for long"));
  await entry(bob.page, "Recall").tap();
  await expect(bob.conversation.getByText("You recalled a message")).toBeVisible();
  await expect(bob.page.getByRole("alert")).toBeHidden();
});

test("in a group its owner recalls anyone's message, a member only their own", async () => {
  await alice.openGroup("Tea", ["bob"]);
  await says(alice, "the owner speaks");
  await bob.acceptInvitation();
  await bob.sees("the owner speaks");
  await hold(bob, bob.conversation.getByText("the owner speaks"));
  await offers(bob.page, ["Copy"]);
  await bob.page.keyboard.press("Escape");
  await says(bob, "a member speaks");
  await alice.sees("a member speaks");
  await said(alice, "a member speaks").click({ button: "right" });
  await entry(alice.page, "Recall").click();
  await expect(alice.conversation.getByText("You recalled a message from Bob")).toBeVisible();
  await expect(bob.conversation.getByText("Alice recalled your message")).toBeVisible();
});

test("simple mode shows the button, and hides nothing behind a gesture", async () => {
  const { page } = bob;
  await page.evaluate(() =>
    localStorage.setItem("teahouse.preferences", JSON.stringify({ size: "simple" })),
  );
  await page.reload();
  const row = said(bob, "the owner speaks");
  const button = row.getByRole("button", { name: "What to do with this message" });
  await expect(button).toBeVisible();
  const box = await button.boundingBox();
  expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(56);
  await button.tap();
  await expect(entry(page, "Copy")).toBeVisible();
});

test("the browser had nothing to complain about", () => {
  expect(alice.complaints).toEqual([]);
  expect(bob.complaints).toEqual([]);
});
