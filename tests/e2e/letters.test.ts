import { type Browser, expect, type Page, test } from "@playwright/test";
import { accessProblems } from "./axe";
import { PASSWORD, Person } from "./person";
import { PostOffice } from "./postOffice";
import { TestServer } from "./server";
import { strictServer } from "./strictServer";

const NEW_PASSWORD = "eight cups of tea";

let office: PostOffice;
let server: TestServer;
let dora: Person;
/** Another browser, in which letters are read. */
let mail: Page;

test.describe.configure({ mode: "serial" });

test.beforeAll(async ({ browser }) => {
  office = await PostOffice.open();
  server = await strictServer(office);
  dora = await Person.at(browser, server.url, "dora", "Dora");
  mail = await (await browser.newContext({ locale: "en" })).newPage();
});

test.afterAll(async () => {
  await server.end();
  office.close();
});

const letterIsSent = (page: Page) =>
  expect(page.getByRole("heading", { name: "Look in your mailbox" })).toBeVisible();

test("sign-up asks for what the server requires, and the documents are accepted first", async () => {
  const { page } = dora;
  await dora.fillSignUp();
  await expect(page.getByText("Please read and accept this first.")).toBeVisible();
  await expect(page.getByText("Please enter an e-mail address.")).toBeVisible();
  const links = page.getByRole("link", { name: /Terms of service|Privacy policy/ });
  await expect(links).toHaveCount(2);
  await expect(links.first()).toHaveAttribute("href", "https://tea.example/terms.html");
  await expect(links.first()).toHaveAttribute("target", "_blank");
  expect(await accessProblems(page)).toEqual([]);
});

test("the address is changed before its letter was read, and the letter sent again", async () => {
  const { page } = dora;
  const accept = "I have read and accept Terms of service and Privacy policy.";
  await page.getByRole("checkbox", { name: accept }).check();
  await page.getByLabel("E-mail address").fill("dora@wrong.example");
  await page.getByRole("button", { name: "Create account" }).click();
  await letterIsSent(page);
  await page.getByRole("button", { name: "Change address" }).click();
  await page.getByLabel("E-mail address").fill("dora@mail.example");
  await page.getByRole("button", { name: "Create account" }).click();
  await letterIsSent(page);
  const first = await office.linkTo("dora@mail.example");
  await page.getByRole("button", { name: "Send again" }).click();
  await expect(page.getByText("Another letter is on its way.")).toBeVisible();
  expect(await accessProblems(page)).toEqual([]);
  expect(await office.linkTo("dora@mail.example", 2)).not.toBe(first);
});

test("the sign-up outlives a reload and goes on by itself when the link was opened", async () => {
  const { page } = dora;
  await page.reload();
  await letterIsSent(page);
  await expect(page.getByText("We sent a letter to dora@mail.example.")).toBeVisible();
  await office.confirm(mail, "dora@mail.example", 2);
  const key = page.getByTestId("recovery-key");
  dora.recoveryKey = (await key.textContent())?.trim() ?? "";
  await page.getByRole("button", { name: "I have kept it" }).click();
  await expect(page.getByRole("heading", { name: "Chats" })).toBeVisible();
  const left = await page.evaluate(() => localStorage.getItem("teahouse.signup"));
  expect(left).toBeNull();
  await dora.go("/me");
  await expect(page.getByText("Dora", { exact: true }).first()).toBeVisible();
});

test("an address is added with a letter and the password, and removed", async () => {
  const { page } = dora;
  await page.getByRole("link", { name: "E-mail address" }).click();
  await expect(page.getByText("dora@mail.example", { exact: true })).toBeVisible();
  await page.getByLabel("Another address").fill("second@mail.example");
  await page.getByRole("button", { name: "Send letter" }).click();
  await expect(page.getByText("We sent a letter to second@mail.example.")).toBeVisible();
  await page.reload();
  await office.confirm(mail, "second@mail.example");
  await page.getByLabel("Your password").fill("not my password");
  expect(await accessProblems(page)).toEqual([]);
  await page.getByRole("button", { name: "Add address" }).click();
  await expect(page.getByText("The password is not right.")).toBeVisible();
  await page.getByLabel("Your password").fill(PASSWORD);
  await page.getByRole("button", { name: "Add address" }).click();
  await expect(page.getByLabel("Another address")).toBeVisible();
  await page.getByRole("button", { name: "Remove second@mail.example" }).click();
  await page.getByRole("button", { name: "Remove", exact: true }).click();
  await expect(page.getByText("second@mail.example", { exact: true })).toBeHidden();
  await expect(page.getByText("dora@mail.example", { exact: true })).toBeVisible();
});

test("a forgotten password is set anew, and the recovery key still opens the messages", async ({
  browser,
}) => {
  const second = await Person.at(browser, server.url, "dora", "Dora");
  const { page } = second;
  await page.goto(`${server.url}/signin`);
  await page.getByRole("link", { name: "Forgot password?" }).click();
  await expect(page.getByRole("heading", { name: "Forgot your password?" })).toBeVisible();
  await page.getByLabel("E-mail address").fill("Dora@Mail.example");
  await page.getByRole("button", { name: "Send letter" }).click();
  await expect(page.getByRole("heading", { name: "Set a new password" })).toBeVisible();
  await page.reload();
  await page.getByLabel("New password").fill(NEW_PASSWORD);
  await page.getByLabel("Sign out all my devices").check();
  await page.getByRole("button", { name: "Set new password" }).click();
  await expect(page.getByText("Waiting until you open the link")).toBeVisible();
  expect(await accessProblems(page)).toEqual([]);
  await office.confirm(mail, "dora@mail.example", 3);
  await expect(page.getByText("Earlier messages are opened by your recovery key")).toBeVisible();
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByLabel("Recovery key").fill(dora.recoveryKey);
  await page.getByRole("button", { name: "Open my messages" }).click();
  await expect(page.getByRole("heading", { name: "Chats" })).toBeVisible();
  expect(second.complaints).toEqual([]);
  await second.context.close();

  await expect(dora.page.getByText("You were signed out.")).toBeVisible();
  expect(dora.complaints).toEqual([]);
});

test("the new password opens the account, by ID and by address, and the old one does not", async ({
  browser,
}) => {
  for (const name of ["dora", "dora@mail.example"]) {
    const person = await Person.at(browser, server.url, name, "Dora");
    await person.fillSignIn(PASSWORD);
    await expect(person.page.getByText("The ID or the password is not right.")).toBeVisible();
    await person.signIn(dora.recoveryKey, NEW_PASSWORD);
    await person.context.close();
  }
});

async function withoutMail(browser: Browser, url: string): Promise<void> {
  const eve = await Person.at(browser, url, "eve", "Eve");
  await eve.page.goto(`${url}/signin`);
  await expect(eve.page.getByRole("link", { name: "Create an account" })).toBeVisible();
  await expect(eve.page.getByRole("link", { name: "Forgot password?" })).toBeHidden();
  await eve.signUp();
  await eve.go("/me");
  await expect(eve.page.getByRole("link", { name: "Change password" })).toBeVisible();
  await expect(eve.page.getByRole("link", { name: "E-mail address" })).toBeHidden();
  await eve.context.close();
}

test("a server that sends no letters offers none of this, and asks for nothing", async ({
  browser,
}) => {
  const quiet = await TestServer.start();
  await withoutMail(browser, quiet.url);
  await quiet.end();
});
