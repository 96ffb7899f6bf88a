import { expect, type Page, test } from "@playwright/test";
import { accessProblems } from "./axe";
import { Person } from "./person";
import { TestServer } from "./server";

let server: TestServer;
let alice: Person;
let bob: Person;
let carol: Person;

test.describe.configure({ mode: "serial" });

test.beforeAll(async ({ browser }) => {
  server = await TestServer.start();
  alice = await Person.at(browser, server.url, "alice", "Alice");
  bob = await Person.at(browser, server.url, "bob", "林美兰");
  carol = await Person.at(browser, server.url, "carol", "Carol");
  for (const person of [alice, bob, carol]) await person.signUp();
  await alice.findAndGreet("bob");
  await bob.acceptInvitation();
  await alice.openGroup("Tea on Sunday", ["bob"]);
  await alice.page.setViewportSize({ width: 1280, height: 800 });
});

test.afterAll(async () => {
  await server.end();
});

const field = (page: Page) => page.getByRole("combobox", { name: "Find anyone or anything" });
const options = (page: Page) => page.getByRole("option");

async function type(page: Page, text: string): Promise<void> {
  if (!(await field(page).isVisible())) await page.keyboard.press("Control+k");
  await field(page).fill(text);
}

async function enter(page: Page): Promise<void> {
  await page.keyboard.press("Enter");
  await expect(field(page)).toBeHidden();
}

test("Ctrl-K opens the palette from wherever one is, and Esc closes it", async () => {
  const { page } = alice;
  await alice.composer.focus();
  await page.keyboard.press("Control+k");
  await expect(field(page)).toBeFocused();
  await expect(options(page).first()).toContainText("Tea on Sunday");
  await page.keyboard.press("Escape");
  await expect(field(page)).toBeHidden();
  await expect(alice.composer).toBeFocused();
  await alice.go("/me/look");
  await expect(page.getByRole("heading", { name: "Look and language" })).toBeVisible();
  await page.keyboard.press("Meta+k");
  await expect(field(page)).toBeFocused();
  await page.keyboard.press("Control+k");
  await expect(field(page)).toBeHidden();
});

test("it is all right for those who can't see it, in both themes", async () => {
  const { page } = alice;
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const text of ["", "a", "nothing like this"]) {
      await type(page, text);
      await expect(
        page.getByRole("option").or(page.getByText("Nothing found")).first(),
      ).toBeVisible();
      await expect
        .poll(() => accessProblems(page), { message: `${text} in ${colorScheme}` })
        .toEqual([]);
    }
  }
  await page.keyboard.press("Escape");
  await expect(field(page)).toBeHidden();
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
});

test("groups, people by any character, and people by ID are found by keyboard alone", async () => {
  const { page } = alice;
  await type(page, "sunday");
  await expect(options(page)).toHaveCount(1);
  await enter(page);
  await expect(page.getByRole("heading", { name: "Tea on Sunday" })).toBeVisible();
  for (const text of ["林兰", "兰", "@bob", "bob"]) {
    await alice.go("/me");
    await expect(page.getByRole("heading", { name: "Me", exact: true })).toBeVisible();
    await type(page, text);
    await expect(page.getByRole("group", { name: "People" })).toContainText("林美兰");
    await expect(options(page)).toHaveCount(1);
    await enter(page);
    await expect(page.getByRole("heading", { name: "林美兰" })).toBeVisible();
  }
});

test("arrow keys go through all groups, and Enter goes to what is chosen", async () => {
  const { page } = alice;
  await type(page, "");
  await page.keyboard.press("ArrowDown");
  await expect(options(page).first()).toHaveAttribute("data-focused", "true");
  await page.keyboard.press("ArrowUp");
  await expect(options(page).last()).toHaveAttribute("data-focused", "true");
  await enter(page);
  await expect(page.getByRole("heading", { name: "New recovery key" })).toBeVisible();
});

test("every page that is offered is there", async () => {
  const { page } = alice;
  for (const [text, heading] of [
    ["new chat", "New chat"],
    ["new group", "New group"],
    ["contacts", "Contacts"],
    ["my profile", "My profile"],
    ["notifications", "Notifications"],
    ["dark", "Look and language"],
    ["password", "Change password"],
    ["recovery", "New recovery key"],
  ] as const) {
    await type(page, text);
    await options(page).first().click();
    await expect(field(page)).toBeHidden();
    await expect(page.getByRole("heading", { name: heading, exact: true })).toBeVisible();
  }
});

test("somebody new is found by the exact ID only, and nobody is said to be nobody", async () => {
  const { page } = alice;
  await type(page, "caro");
  await expect(page.getByText("Nothing found.")).toBeVisible();
  await type(page, "@nobody-at-all");
  await expect(page.getByText("Nobody here has this ID.")).toBeVisible();
  await type(page, "carol");
  await expect(page.getByRole("option", { name: "Message Carol" })).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await enter(page);
  await expect(page.getByRole("heading", { name: "Carol" })).toBeVisible();
  await expect(alice.composer).toBeVisible();
  await carol.acceptInvitation();
});

test("without a connection it says so, and what is known is still found", async () => {
  const { page, context } = alice;
  await context.setOffline(true);
  await type(page, "sunday");
  await expect(options(page)).toHaveCount(1);
  await type(page, "dave");
  await expect(page.getByText("No connection.", { exact: false }).last()).toBeVisible();
  await context.setOffline(false);
  await page.keyboard.press("Escape");
  await expect(field(page)).toBeHidden();
});

test("on a phone the field above the list opens it, and nothing found leads on", async () => {
  const { page } = alice;
  await page.setViewportSize({ width: 390, height: 844 });
  for (const path of ["/contacts", "/chats"]) {
    await alice.go(path);
    await page.getByRole("button", { name: "Find anyone or anything" }).click();
    await expect(field(page)).toBeFocused();
    await page.getByRole("button", { name: "Close" }).click();
    await expect(field(page)).toBeHidden();
  }
  await page.getByRole("button", { name: "Find anyone or anything" }).click();
  await field(page).fill("no such thing");
  await page.getByRole("link", { name: "Find by ID" }).click();
  await expect(page.getByRole("heading", { name: "New chat" })).toBeVisible();
  expect(alice.complaints).toEqual([]);
});
