import { type Browser, expect, test } from "@playwright/test";
import { accessProblems } from "./axe";
import { PASSWORD, Person } from "./person";
import { TestServer } from "./server";
import { teaPicture } from "./teaPicture";

const NEW_PASSWORD = "eight cups of tea";
const KEPT_WITHIN_MS = 4_000;

let server: TestServer;
let alice: Person;

test.describe.configure({ mode: "serial" });

test.beforeAll(async ({ browser }) => {
  server = await TestServer.start();
  alice = await Person.at(browser, server.url, "alice", "Alice");
});

test.afterAll(async () => {
  await server.end();
});

async function signedInAgain(browser: Browser): Promise<Person> {
  const device = await Person.at(browser, server.url, "alice", "Alice");
  await device.fillSignIn(NEW_PASSWORD);
  return device;
}

test("sign-up says at once what is wrong with a name, and folds capitals", async () => {
  const { page } = alice;
  await page.goto(`${server.url}/signup`);
  const name = page.getByLabel("Your ID");
  await name.fill("1alice");
  await expect(page.getByText("It begins with a letter")).toBeVisible();
  await name.fill("al.ice");
  await expect(page.getByText("Only letters a to z")).toBeVisible();
  await name.fill("ALICE");
  await expect(name).toHaveValue("alice");
  await expect(page.getByText("This ID is free.")).toBeVisible();
});

test("at an address that browsers do not trust, one sentence says so", async ({ browser }) => {
  const { page, context } = await Person.at(browser, server.url, "other", "Other");
  await page.addInitScript(() =>
    Object.defineProperty(window, "isSecureContext", { value: false }),
  );
  await page.goto(server.url);
  await expect(page.getByRole("alert")).toContainText("one that begins with https");
  await context.close();
});

test("a taken name is refused before the form is sent", async ({ browser }) => {
  await alice.signUp();
  const other = await Person.at(browser, server.url, "other", "Other");
  await other.page.goto(`${server.url}/signup`);
  await other.page.getByLabel("Your ID").fill("alice");
  await expect(other.page.getByText("Somebody already has this ID.")).toBeVisible();
  await other.context.close();
});

test("the recovery key outlives a reload before it is kept", async ({ browser }) => {
  const dora = await Person.at(browser, server.url, "dora", "Dora");
  await dora.fillSignUp();
  const key = dora.page.getByTestId("recovery-key");
  const before = await key.textContent();
  // What has come is on the device by then.
  await dora.page.waitForTimeout(KEPT_WITHIN_MS);
  await dora.page.reload();
  await expect(key).toHaveText(before ?? "");
  const [card] = await Promise.all([
    dora.page.waitForEvent("download"),
    dora.page.getByRole("button", { name: "Save card" }).click(),
  ]);
  expect(card.suggestedFilename()).toMatch(/^teahouse-dora.*\.png$/);
  await dora.page.getByRole("button", { name: "I have kept it" }).click();
  await expect(dora.page.getByRole("heading", { name: "Chats" })).toBeVisible();
  await dora.page.goBack();
  await expect(dora.page.getByRole("heading", { name: "Chats" })).toBeVisible();
  await dora.page.goto(`${server.url}/welcome`);
  await expect(dora.page.getByRole("heading", { name: "Chats" })).toBeVisible();
  await dora.context.close();
});

test("name and picture can be changed", async () => {
  const { page } = alice;
  await alice.go("/me/profile");
  await page.getByLabel("What friends call me").fill("Alice in Teahouse");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByTestId("pick-face").setInputFiles({
    name: "me.png",
    mimeType: "image/png",
    buffer: await teaPicture(page, 200),
  });
  await expect(page.locator("img[src^='blob:']").filter({ visible: true }).first()).toBeVisible();
  await alice.go("/me");
  await expect(page.getByText("Alice in Teahouse")).toBeVisible();
  await expect(page.locator("img[src^='blob:']").filter({ visible: true }).first()).toBeVisible();
});

test("language, theme and size change at once and stay", async () => {
  const { page } = alice;
  await alice.go("/me/look");
  await page.getByText("简体中文").click();
  await expect(page.getByRole("heading", { name: "显示与语言" })).toBeVisible();
  await page.getByText("简洁模式").click();
  await page.getByText("深色").click();
  await page.reload();
  await expect(page.getByRole("heading", { name: "显示与语言" })).toBeVisible();
  const shown = await page.evaluate(() => ({
    size: getComputedStyle(document.documentElement).fontSize,
    scheme: getComputedStyle(document.documentElement).colorScheme,
    language: document.documentElement.lang,
  }));
  expect(shown).toEqual({ size: "24px", scheme: "dark", language: "zh-CN" });
  await page.getByText("English").click();
  await page.getByText("Normal", { exact: true }).click();
});

test("the password is changed with the old one, and only with it", async () => {
  const { page } = alice;
  await alice.go("/me/password");
  await page.getByLabel("Present password").fill("not my password");
  await page.getByLabel("New password").fill(NEW_PASSWORD);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("The password is not right.")).toBeVisible();
  await page.getByLabel("Present password").fill(PASSWORD);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Your password is changed.")).toBeVisible();
});

test("a new recovery key replaces the old one once it is kept", async ({ browser }) => {
  const { page } = alice;
  await alice.go("/me/key");
  await page.getByRole("button", { name: "Make a new key" }).click();
  const fresh = (await page.getByTestId("recovery-key").textContent())?.trim() ?? "";
  expect(fresh).not.toBe(alice.recoveryKey);

  const early = await Person.at(browser, server.url, "alice", "Alice");
  await early.signIn(alice.recoveryKey, NEW_PASSWORD);
  await early.context.close();

  await page.getByRole("button", { name: "I have kept it" }).click();
  await expect(page.getByRole("heading", { name: "Me", exact: true })).toBeVisible();
  const late = await Person.at(browser, server.url, "alice", "Alice");
  await late.signIn(fresh, NEW_PASSWORD);
  expect(late.complaints).toEqual([]);
  await late.context.close();
  alice.recoveryKey = fresh;
});

test("signing out leaves nothing behind, and the old password opens nothing", async () => {
  const { page } = alice;
  await alice.go("/me");
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  const left = await page.evaluate(async () => ({
    databases: (await indexedDB.databases()).map((one) => one.name ?? ""),
    places: Object.keys(localStorage),
  }));
  expect(left.databases).toEqual([]);
  expect(left.places.filter((key) => key !== "teahouse.preferences")).toEqual([]);

  await page.getByLabel("Your ID").fill("alice");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByText("The ID or the password is not right.")).toBeVisible();
  await page.goto(`${server.url}/chats`);
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
});

test("until a new key is kept, the old one opens everything", async ({ browser }) => {
  const { page, context } = await signedInAgain(browser);
  await page.getByRole("button", { name: "I have lost it" }).click();
  await page.getByLabel("Your password").fill(PASSWORD);
  await page.getByRole("button", { name: "Make a new key" }).click();
  await expect(page.getByText("The password is not right.")).toBeVisible();
  await page.getByRole("button", { name: "Back" }).click();
  await page.getByRole("button", { name: "Later" }).click();

  await page.getByRole("button", { name: "Open them" }).click();
  await page.getByRole("button", { name: "I have lost it" }).click();
  await page.getByLabel("Your password").fill(NEW_PASSWORD);
  await page.getByRole("button", { name: "Make a new key" }).click();
  await expect(page.getByTestId("recovery-key")).toBeVisible();
  await page.goto(`${server.url}/me`);

  // The card turns up; it is typed as it stands there.
  await page.getByRole("link", { name: "Read your earlier messages" }).click();
  const rows = alice.recoveryKey.replace(/((?:\S+ ){3}\S+) /g, "$1\n");
  await page.getByLabel("Recovery key").fill(rows);
  await page.getByRole("button", { name: "Open my messages" }).click();
  await expect(page.getByRole("heading", { name: "Chats" })).toBeVisible();
  await expect(page.getByText("Earlier messages are still closed")).toBeHidden();
  await context.close();
});

test("who lost the recovery key starts afresh with the password", async ({ browser }) => {
  const { page, context } = await signedInAgain(browser);
  await page.getByRole("button", { name: "I have lost it" }).click();
  await page.getByLabel("Your password").fill(NEW_PASSWORD);
  await page.getByRole("button", { name: "Make a new key" }).click();
  await page.getByRole("button", { name: "I have kept it" }).click();
  await expect(page.getByRole("heading", { name: "Chats" })).toBeVisible();
  await expect(page.getByText("Earlier messages are still closed")).toBeHidden();
  await context.close();
});

test("a new device that gets no answer says so, and lets one sign out", async ({ browser }) => {
  const { page, context } = await Person.at(browser, server.url, "alice", "Alice");
  await page.route("**/_matrix/client/v3/sync**", () => {});
  await page.goto(`${server.url}/signin`);
  await page.getByLabel("Your ID").fill("alice");
  await page.getByLabel("Password", { exact: true }).fill(NEW_PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByText("There is no answer yet.")).toBeVisible();
  expect(await accessProblems(page)).toEqual([]);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  const left = () =>
    page.evaluate(async () => (await indexedDB.databases()).map((one) => one.name));
  await expect.poll(left).toEqual([]);
  await context.close();
});
