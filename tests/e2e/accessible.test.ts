import { expect, type Page, test } from "@playwright/test";
import { accessProblems } from "./axe";
import { motions } from "./motions";
import { PASSWORD, Person } from "./person";
import { TestServer } from "./server";
import { teaPicture } from "./teaPicture";

let server: TestServer;
let alice: Person;

test.describe.configure({ mode: "serial" });

test.beforeAll(async ({ browser }) => {
  server = await TestServer.start();
  alice = await Person.at(browser, server.url, "alice", "Alice");
  await server.add("bob", "Bob");
});

test.afterAll(async () => {
  await server.end();
});

async function shows(path: string, heading: string): Promise<void> {
  await alice.go(path);
  await expect(
    alice.page.getByRole("heading", { level: 1, name: heading, exact: true }),
  ).toBeVisible();
}

async function inBothThemes(page: Page): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    // Colours are measured when they have settled.
    await page.waitForTimeout(500);
    expect(await accessProblems(page), `${page.url()} in ${colorScheme}`).toEqual([]);
  }
}

test("the pages before the app", async () => {
  await alice.page.goto(server.url);
  for (const [path, heading] of [
    ["/signin", "Sign in"],
    ["/signup", "Create your account"],
    ["/forgot", "Forgot your password?"],
  ] as const) {
    await shows(path, heading);
    await inBothThemes(alice.page);
  }
});

test("the three tabs, empty", async () => {
  await alice.signUp();
  for (const [path, heading] of [
    ["/chats", "Chats"],
    ["/contacts", "Contacts"],
    ["/me", "Me"],
  ] as const) {
    await shows(path, heading);
    await inBothThemes(alice.page);
  }
});

test("a new device, before its messages are open", async ({ browser }) => {
  const again = await Person.at(browser, server.url, "alice", "Alice");
  await again.fillSignIn(PASSWORD);
  await expect(again.page.getByLabel("Recovery key")).toBeVisible();
  await inBothThemes(again.page);
  await again.context.close();
});

test("a conversation, its details, and the list with it", async () => {
  await alice.findAndGreet("bob");
  await alice.say("hello, see https://example.org");
  await alice.sees("https://example.org");
  await inBothThemes(alice.page);
  await alice.page.getByTestId("pick-picture").setInputFiles({
    name: "tea.png",
    mimeType: "image/png",
    buffer: await teaPicture(alice.page, 30),
  });
  await alice.page.getByRole("button", { name: "Picture from" }).click();
  await expect(alice.page.getByTestId("viewer-picture")).toBeVisible();
  await inBothThemes(alice.page);
  await alice.page.keyboard.press("Escape");
  await alice.page.getByRole("link", { name: "Details" }).click();
  await expect(alice.page.getByRole("heading", { name: "Bob" }).last()).toBeVisible();
  await inBothThemes(alice.page);
  await alice.showChats();
  await inBothThemes(alice.page);
});

test("the pages of Me, and the page of all parts", async () => {
  for (const [path, heading] of [
    ["/me/profile", "My profile"],
    ["/me/notifications", "Notifications"],
    ["/me/look", "Look and language"],
    ["/me/password", "Change password"],
    ["/me/devices", "Devices"],
    ["/me/email", "E-mail address"],
    ["/me/key", "New recovery key"],
    ["/chats/new", "New chat"],
    ["/chats/new-group", "New group"],
  ] as const) {
    await shows(path, heading);
    await inBothThemes(alice.page);
  }
  await alice.page.goto(`${server.url}/ui`);
  await expect(alice.page.getByRole("heading", { level: 1 }).first()).toBeVisible();
  await inBothThemes(alice.page);
});

test("the page of all parts shows both themes at once", async () => {
  const grounds = await alice.page.evaluate(() =>
    ["light", "dark"].map((theme) => {
      const part = document.querySelector(`section[data-theme="${theme}"]`);
      return part && getComputedStyle(part).backgroundColor;
    }),
  );
  expect(grounds).toEqual(["rgb(250, 248, 243)", "rgb(21, 20, 15)"]);
});

test("what slides is at its place at once for whoever wants less motion; its colour still changes gently", async () => {
  const thumb = await alice.page
    .locator("label:has([role=switch]) span[aria-hidden]")
    .first()
    .evaluate((track) => getComputedStyle(track, "::after").transitionProperty);
  expect(thumb).toContain("background-color");
  expect(thumb).not.toContain("translate");
});

test("a sheet rises; for whoever wants less motion it only fades, and takes its time", async () => {
  const { page } = alice;
  const open = async () => {
    await page.goto(`${server.url}/me`);
    await page.getByRole("button", { name: "Sign out" }).waitFor();
  };
  const ask = async () => {
    await page.getByRole("button", { name: "Sign out" }).click();
    await expect(page.getByRole("alertdialog")).toBeVisible();
  };
  await page.emulateMedia({ reducedMotion: "no-preference" });
  await open();
  expect(await motions(page, ask)).toHaveProperty("transform");

  await page.emulateMedia({ reducedMotion: "reduce" });
  await open();
  const less = await motions(page, ask);
  expect(Object.keys(less)).not.toContain("transform");
  expect(less.opacity).toBeGreaterThanOrEqual(150);
  expect(less.opacity).toBeLessThanOrEqual(220);
});

test("the desktop layout", async () => {
  await alice.page.setViewportSize({ width: 1280, height: 800 });
  await alice.page.goto(`${server.url}/chats`);
  await alice.open("Bob");
  await inBothThemes(alice.page);
});

test("everything to press is large enough for a finger", async () => {
  await alice.page.setViewportSize({ width: 390, height: 844 });
  for (const [path, heading] of [
    ["/chats", "Chats"],
    ["/chats/new", "New chat"],
    ["/me", "Me"],
    ["/me/look", "Look and language"],
    ["/me/notifications", "Notifications"],
    ["/me/profile", "My profile"],
  ] as const) {
    await shows(path, heading);
    const small = await alice.page.evaluate(() =>
      [...document.querySelectorAll("button, a[href], [role=radio], label:has([role=switch])")]
        .filter((one) => one.checkVisibility())
        .filter((one) => one.getBoundingClientRect().height < 44)
        .map((one) => one.outerHTML.slice(0, 120)),
    );
    expect(small, path).toEqual([]);
  }
});

test("in Chinese and in simple mode", async () => {
  const { page } = alice;
  await page.evaluate(() => {
    const look = { language: "zh-CN", theme: "system", size: "simple" };
    localStorage.setItem("teahouse.preferences", JSON.stringify(look));
  });
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
  for (const [path, heading] of [
    ["/me", "我"],
    ["/me/devices", "设备"],
    ["/me/password", "修改密码"],
    ["/chats/new-group", "发起群聊"],
    ["/chats", "聊天"],
  ] as const) {
    await shows(path, heading);
    await inBothThemes(page);
  }
  await page.getByRole("listitem").getByRole("link").first().click();
  await page.getByRole("link", { name: "聊天信息" }).click();
  await page.getByRole("button", { name: "删除聊天" }).click();
  await expect(page.getByRole("alertdialog")).toBeVisible();
  await inBothThemes(page);
});
