import { expect, test } from "@playwright/test";
import { PASSWORD, Person } from "./person";
import { TestServer } from "./server";
import { teaPicture } from "./teaPicture";

const NEW_PASSWORD = "eight cups of tea";

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
  await dora.page.reload();
  await expect(key).toHaveText(before ?? "");
  const [card] = await Promise.all([
    dora.page.waitForEvent("download"),
    dora.page.getByRole("button", { name: "Save card" }).click(),
  ]);
  expect(card.suggestedFilename()).toMatch(/^teahouse-dora.*\.png$/);
  await dora.page.getByRole("button", { name: "I have kept it" }).click();
  await expect(dora.page.getByRole("heading", { name: "Chats" })).toBeVisible();
  await dora.context.close();
});

test("name and picture can be changed", async () => {
  const { page } = alice;
  await page.goto(`${server.url}/me/profile`);
  await page.getByLabel("What friends call me").fill("Alice in Teahouse");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByTestId("pick-face").setInputFiles({
    name: "me.png",
    mimeType: "image/png",
    buffer: await teaPicture(page, 200),
  });
  await expect(page.locator("img[src^='blob:']").filter({ visible: true }).first()).toBeVisible();
  await page.goto(`${server.url}/me`);
  await expect(page.getByText("Alice in Teahouse")).toBeVisible();
  await expect(page.locator("img[src^='blob:']").filter({ visible: true }).first()).toBeVisible();
});

test("language, theme and size change at once and stay", async () => {
  const { page } = alice;
  await page.goto(`${server.url}/me/look`);
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
  await page.goto(`${server.url}/me/password`);
  await page.getByLabel("Present password").fill("not my password");
  await page.getByLabel("New password").fill(NEW_PASSWORD);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("The password is not right.")).toBeVisible();
  await page.getByLabel("Present password").fill(PASSWORD);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Your password is changed.")).toBeVisible();
});

test("a new recovery key replaces the old one", async ({ browser }) => {
  const { page } = alice;
  await page.goto(`${server.url}/me/key`);
  await page.getByRole("button", { name: "Make a new key" }).click();
  const fresh = (await page.getByTestId("recovery-key").textContent())?.trim() ?? "";
  expect(fresh).not.toBe(alice.recoveryKey);
  await page.getByRole("button", { name: "I have kept it" }).click();

  const second = await Person.at(browser, server.url, "alice", "Alice");
  await second.signIn(fresh, NEW_PASSWORD);
  expect(second.complaints).toEqual([]);
  await second.context.close();
});

test("signing out leaves nothing behind, and the old password opens nothing", async () => {
  const { page } = alice;
  await page.goto(`${server.url}/me`);
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

test("who lost the recovery key starts afresh with the password", async ({ browser }) => {
  const second = await Person.at(browser, server.url, "alice", "Alice");
  await second.fillSignIn(NEW_PASSWORD);
  await second.page.getByRole("button", { name: "I have lost it" }).click();
  await second.page.getByLabel("Your password").fill(NEW_PASSWORD);
  await second.page.getByRole("button", { name: "Make a new key" }).click();
  await second.page.getByRole("button", { name: "I have kept it" }).click();
  await expect(second.page.getByRole("heading", { name: "Chats" })).toBeVisible();
  await expect(second.page.getByText("Earlier messages are still closed")).toBeHidden();
  await second.context.close();
});
