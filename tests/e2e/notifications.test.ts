import { expect, type Page, test } from "@playwright/test";
import { Person } from "./person";
import { PushService } from "./pushService";
import { TestServer } from "./server";

let server: TestServer;
let service: PushService;
let alice: Person;
let bob: Person;

test.describe.configure({ mode: "serial" });

test.beforeAll(async ({ browser }) => {
  server = await TestServer.start("--allow-private-urls");
  service = await PushService.start();
  alice = await Person.at(browser, server.url, "alice", "Alice");
  bob = await Person.at(browser, server.url, "bob", "Bob");
  await service.lendTo(alice.context);
  await alice.context.grantPermissions(["notifications"], { origin: server.url });
  await alice.signUp();
  await bob.signUp();
});

test.afterAll(async () => {
  service.end();
  await server.end();
});

interface Shown {
  title: string;
  body: string;
  tag: string;
}

function shown(page: Page): Promise<Shown[]> {
  return page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    const all = await registration.getNotifications();
    return all.map(({ title, body, tag }) => ({ title, body, tag }));
  });
}

const theSwitch = (page: Page) => page.getByRole("switch", { name: "Notify me on this device" });

/** Nobody looks at Alice's page: then notifications are shown. */
async function lookAway(page: Page): Promise<void> {
  await page
    .context()
    .newPage()
    .then((other) => other.bringToFront());
}

test("who refuses, or has no push service, is told so and how to change it", async ({
  browser,
}) => {
  const carol = await Person.at(browser, server.url, "carol", "Carol");
  await carol.signUp();
  const { page } = carol;
  await carol.go("/me");
  await page.getByRole("link", { name: "Notifications" }).click();
  // A headless browser answers no in the person's place.
  await page.getByText("Notify me on this device").click();
  await expect(page.getByText("are blocked on this device")).toBeVisible();
  await expect(theSwitch(page)).toBeDisabled();
  await carol.context.grantPermissions(["notifications"], { origin: server.url });
  await page.reload();
  await expect(theSwitch(page)).toBeEnabled();
  await expect(theSwitch(page)).not.toBeChecked();
  await page.getByText("Notify me on this device").click();
  await expect(page.getByText("No notification arrived here.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Try again" })).toBeVisible();
  expect(carol.complaints).toEqual([]);
  await carol.context.close();
});

test("notifications are on once the first has arrived", async () => {
  const { page } = alice;
  await alice.go("/me/notifications");
  await expect(theSwitch(page)).toBeEnabled();
  await service.connect(page, server.url);
  await page.getByText("Notify me on this device").click();
  await expect(page.getByText("Notifications are on.")).toBeVisible();
  await expect(theSwitch(page)).toBeChecked();
  expect((await shown(page)).map(({ body }) => body)).toEqual([
    "Notifications work on this device.",
  ]);
  await page.reload();
  await expect(page.getByText("Notifications are on.")).toBeVisible();
});

test("a message is announced by who and where, and its text never leaves the chat", async () => {
  await bob.findAndGreet("alice");
  await bob.say("the secret of oolong");
  const { page } = alice;
  await expect.poll(() => service.received.length).toBeGreaterThan(1);
  await alice.acceptInvitation();
  await alice.sees("the secret of oolong");
  await alice.showChats();
  await lookAway(page);
  await bob.say("are you there?");
  await expect.poll(async () => (await shown(page)).map(({ title }) => title)).toContain("Bob");
  await bob.say("hello?");
  await expect
    .poll(async () => (await shown(page)).find(({ title }) => title === "Bob")?.body)
    .toBe("2 new messages");
  expect(JSON.stringify(service.received)).not.toMatch(/oolong|are you there/);
});

test("pressing it opens the chat, and what is read is announced no longer", async () => {
  const { page, context } = alice;
  const [worker] = context.serviceWorkers();
  await worker?.evaluate(async () => {
    const scope = self as unknown as ServiceWorkerGlobalScope;
    const all = await scope.registration.getNotifications();
    const notification = all.find(({ title }) => title === "Bob");
    if (notification)
      scope.dispatchEvent(new NotificationEvent("notificationclick", { notification }));
  });
  await page.bringToFront();
  await alice.sees("hello?");
  await expect
    .poll(async () => (await shown(page)).filter(({ title }) => title === "Bob"))
    .toEqual([]);
  await alice.showChats();
  await lookAway(page);
  await bob.say("one more thing");
  await expect.poll(async () => (await shown(page)).map(({ title }) => title)).toContain("Bob");
  await page.bringToFront();
  await alice.open("Bob");
  await alice.sees("one more thing");
  await expect
    .poll(async () => (await shown(page)).filter(({ title }) => title === "Bob"))
    .toEqual([]);
});

test("the service worker speaks the language that was chosen", async () => {
  const { page } = alice;
  await alice.go("/me/look");
  await page.getByText("简体中文").click();
  await lookAway(page);
  await service.deliver(JSON.stringify({ room_id: "!x", sender_display_name: "妈妈" }));
  await expect
    .poll(async () => (await shown(page)).find(({ title }) => title === "妈妈")?.body)
    .toBe("新消息");
  await service.deliver("not what our server sends");
  await page.bringToFront();
  await page.getByText("English").click();
});

test("turned off or signed out, this device hears nothing more", async () => {
  const { page } = alice;
  await alice.go("/me/notifications");
  await expect(theSwitch(page)).toBeChecked();
  await page.getByText("Notify me on this device").click();
  await expect(theSwitch(page)).not.toBeChecked();
  const before = service.received.length;
  await bob.say("nobody hears this");
  await page.getByText("Notify me on this device").click();
  await expect(page.getByText("Notifications are on.")).toBeVisible();
  expect(service.received.slice(before).map((one) => Object.keys(one).sort())).toEqual([
    ["ack_token", "app_id"],
  ]);
  await alice.go("/me");
  await page.getByRole("button", { name: "Sign out" }).click();
  const question = page.getByRole("alertdialog");
  await expect(question.getByRole("button", { name: "Sign out" })).toBeEnabled();
  await expect(question.getByText(/not sent yet|stay closed/)).toHaveCount(0);
  await question.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  expect(await shown(page)).toEqual([]);
  expect(await page.evaluate(() => localStorage.getItem("lent-subscription"))).toBeNull();
  expect(alice.complaints).toEqual([]);
  expect(bob.complaints).toEqual([]);
});
