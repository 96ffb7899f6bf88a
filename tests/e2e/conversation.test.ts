import { expect, type Locator, type Route, test } from "@playwright/test";
import { Person } from "./person";
import { TestServer } from "./server";

const HISTORY = "**/_matrix/client/v3/rooms/*/messages?**";
const SLOW_TO_GO_MS = 3_000;

let server: TestServer;
let alice: Person;
let bob: Person;

test.describe.configure({ mode: "serial" });

test.beforeAll(async ({ browser }) => {
  server = await TestServer.start();
  alice = await Person.at(browser, server.url, "alice", "Alice");
  bob = await Person.at(browser, server.url, "bob", "Bob");
  await alice.signUp();
  await bob.signUp();
  await alice.findAndGreet("bob");
  await alice.say("first of all");
  await bob.acceptInvitation();
  await bob.sees("first of all");
});

test.afterAll(async () => {
  await server.end();
});

async function topOf(what: Locator): Promise<number> {
  return (await what.boundingBox())?.y ?? Number.NaN;
}

test("one sees that the other types, until it is sent", async () => {
  await alice.composer.pressSequentially("thinking about it");
  await expect(bob.page.getByText("Alice is typing…")).toBeVisible();
  await alice.page.getByRole("button", { name: "Send", exact: true }).click();
  await bob.sees("thinking about it");
  await expect(bob.page.getByText("Alice is typing…")).toBeHidden();
});

test("a draft stays in its chat, over a reload", async () => {
  const oneLine = (await bob.composer.boundingBox())?.height ?? 0;
  await bob.composer.fill("half a sentence,\nthen\nmore");
  expect((await bob.composer.boundingBox())?.height).toBeGreaterThan(oneLine + 20);
  await bob.composer.fill("half a sentence");
  await bob.page.reload();
  await expect(bob.composer).toHaveValue("half a sentence");
  await bob.showChats();
  await expect(bob.chat("Alice")).toContainText("Draft: half a sentence");
  await bob.open("Alice");
  await bob.say("half a sentence, and its end");
  await alice.sees("half a sentence, and its end");
  await bob.showChats();
  await expect(bob.chat("Alice")).not.toContainText("Draft");
});

test("what the device cannot keep stays in the field, and one is told", async () => {
  await bob.open("Alice");
  await bob.page.evaluate(() => {
    const put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function (...args) {
      if (this.name !== "items") return put.apply(this, args);
      IDBObjectStore.prototype.put = put;
      throw new DOMException("full", "QuotaExceededError");
    };
  });
  await bob.composer.fill("too much for it");
  await bob.page.getByRole("button", { name: "Send", exact: true }).click();
  await expect(bob.page.getByRole("alert")).toContainText("could not keep your message");
  await expect(bob.composer).toHaveValue("too much for it");
  await bob.page.getByRole("button", { name: "Send", exact: true }).click();
  await alice.sees("too much for it");
  await expect(bob.page.getByRole("alert")).toBeHidden();
});

test("unread messages are counted, and a chat opens where one stopped reading", async () => {
  await bob.showChats();
  await expect(bob.chat("Alice").getByLabel("unread")).toHaveCount(0);
  for (let number = 1; number <= 60; number++) await alice.say(`line ${number}`);
  await expect(bob.chat("Alice").getByLabel("60 unread messages")).toBeVisible();
  await bob.chat("Alice").click();
  await expect(bob.page.getByTestId("new-divider")).toBeInViewport();
  await bob.sees("line 1");
  await expect(bob.conversation.getByText("line 60", { exact: true })).toHaveCount(0);
  // What was not on the screen is not read, however long one stays at its beginning.
  await bob.page.waitForTimeout(1_000);
  await bob.showChats();
  await expect(bob.chat("Alice").getByLabel("60 unread messages")).toBeVisible();
  await bob.chat("Alice").click();
  await expect(bob.page.getByTestId("new-divider")).toBeInViewport();
});

test("reading to the end clears the count, and nobody else is told", async () => {
  await bob.page.getByRole("button", { name: "To the newest message" }).click();
  await bob.sees("line 60");
  await bob.showChats();
  await expect(bob.chat("Alice").getByLabel("unread")).toHaveCount(0);
  await bob.page.reload();
  await expect(bob.chat("Alice")).toBeVisible();
  await expect(bob.chat("Alice").getByLabel("unread")).toHaveCount(0);
});

test("scrolling up brings what came before, and keeps the place", async () => {
  await bob.open("Alice");
  await bob.sees("line 60");
  const oldest = bob.conversation.getByText("first of all", { exact: true });
  await expect(async () => {
    await bob.conversation.evaluate((box) => box.scrollBy(0, -1500));
    await expect(oldest).toBeInViewport({ timeout: 300 });
  }).toPass();
  await expect(bob.page.getByText("This is where you began to talk.")).toBeVisible();
});

test("pages that come late move nothing that is read", async () => {
  const { page } = bob;
  const line = (of: number) => bob.conversation.getByText(`line ${of}`, { exact: true });
  const waiting: Route[] = [];
  await page.route(HISTORY, (route) => void waiting.push(route));
  await page.reload();
  // It opens with what is on the device.
  await bob.sees("line 60");
  const began = page.getByText("This is where you began to talk.");
  const toTop = () => bob.conversation.evaluate((box) => box.scrollTo(0, 0));
  let pages = 0;
  for (; ; pages++) {
    await expect(async () => {
      await toTop();
      expect(waiting.length > 0 || (await began.isVisible())).toBe(true);
    }).toPass();
    if (waiting.length === 0) break;
    await toTop();
    const top = bob.conversation.getByText(/^line \d+$/).first();
    await expect(top).toBeInViewport();
    const number = Number((await top.textContent())?.split(" ")[1]);
    const place = await topOf(line(number));
    await waiting.pop()?.continue();
    const before = number > 1 ? line(number - 1) : bob.conversation.getByText("too much for it");
    await expect(before).not.toHaveCount(0);
    expect(Math.abs((await topOf(line(number))) - place)).toBeLessThan(8);
  }
  expect(pages).toBeGreaterThan(0);
  await page.unroute(HISTORY);
});

test("a message that is refused says so and can be sent again or deleted", async () => {
  await alice.page.route("**/send/m.room.encrypted/**", (route) =>
    route.fulfill({ status: 403, json: { errcode: "M_FORBIDDEN", error: "no" } }),
  );
  await alice.say("refused at first");
  await alice.say("never said");
  await expect(alice.conversation.getByText("Not sent. You may not write here.")).toHaveCount(2);
  await alice.page.reload();
  await expect(alice.conversation.getByText("Not sent")).toHaveCount(2);
  await alice.page.unroute("**/send/m.room.encrypted/**");
  await alice.page.getByRole("button", { name: "Delete" }).last().click();
  await expect(alice.conversation.getByText("Not sent")).toHaveCount(1);
  await alice.page.getByRole("button", { name: "Send again" }).click();
  await bob.open("Alice");
  await bob.sees("refused at first");
  await expect(alice.conversation.getByText("Not sent")).toHaveCount(0);
  await alice.say("and on");
  await bob.sees("and on");
  await expect(bob.conversation.getByText("never said")).toHaveCount(0);
});

test("the addresses of pages survive a reload, and back goes back", async () => {
  await alice.showChats();
  await alice.chat("Bob").click();
  await alice.page.getByRole("link", { name: "Details" }).click();
  await expect(alice.page.getByRole("heading", { name: "About this chat" })).toBeVisible();
  await alice.page.reload();
  await expect(alice.page.getByRole("heading", { name: "About this chat" })).toBeVisible();
  await alice.page.goBack();
  await expect(alice.composer).toBeVisible();
  await alice.page.goBack();
  await expect(alice.page.getByRole("heading", { name: "Chats" })).toBeVisible();
});

test("a second tab asks before it takes over", async () => {
  const second = await alice.context.newPage();
  await second.goto(`${server.url}/chats`);
  await expect(second.getByText("Teahouse is open in another tab.")).toBeVisible();
  await second.getByRole("button", { name: "Use it here" }).click();
  await expect(second.getByRole("heading", { name: "Chats" })).toBeVisible();
  await expect(alice.page.getByText("Teahouse is open in another tab.")).toBeVisible();
  await second.close();
});

test("a page that is slow to go is waited for, and is no other tab", async () => {
  const old = await alice.context.newPage();
  await old.goto(`${server.url}/boot.js`);
  await old.evaluate((ms) => {
    const going = () => new Promise((gone) => setTimeout(gone, ms));
    void navigator.locks.request("teahouse", going);
  }, SLOW_TO_GO_MS);
  // A new page, as after a reload: going on within the old one would ask for nothing.
  await alice.page.goto(`${server.url}/chats`);
  await expect(alice.chat("Bob")).toBeVisible();
  await old.close();
});

test("a closed message opens with the recovery key, from its own button", async ({ browser }) => {
  const second = await Person.at(browser, server.url, "bob", "Bob");
  await second.signInWithoutKey();
  await second.open("Alice");
  const closed = second.conversation.getByText("This message is still closed.");
  await expect(closed.first()).toBeVisible();

  // What comes now can be read, and would go with the device.
  await bob.open("Alice");
  await bob.say("since then");
  await second.sees("since then");
  await second.go("/me");
  await second.page.getByRole("button", { name: "Sign out" }).click();
  await expect(second.page.getByText("may stay closed for good")).toBeVisible();
  await second.open("Alice");

  await second.page.getByRole("button", { name: "Open it" }).last().click();
  await second.page.getByLabel("Recovery key").fill(bob.recoveryKey);
  await second.page.getByRole("button", { name: "Open my messages" }).click();
  await second.sees("and on");
  await expect(closed).toHaveCount(0);
  await second.context.close();
});
