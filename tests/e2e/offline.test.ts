import { expect, test } from "@playwright/test";
import { Person } from "./person";
import { TestServer } from "./server";

const AWAY_MS = 10_000;
const DAY_MS = 86_400_000;

let server: TestServer;

test.beforeAll(async () => {
  server = await TestServer.start();
});

test.afterAll(async () => {
  await server.end();
});

/** The messages of the conversation, without the times under them. */
async function wordings(person: Person): Promise<string[]> {
  const texts = await person.texts();
  return texts.map((text) => text.split("\n")[0] ?? "");
}

test("what both write while the server is away arrives once, in order", async ({ browser }) => {
  const alice = await Person.at(browser, server.url, "alice", "Alice");
  const bob = await Person.at(browser, server.url, "bob", "Bob");
  await alice.signUp();
  await bob.signUp();
  await alice.findAndGreet("bob");
  await alice.say("before");
  await bob.acceptInvitation();
  await bob.sees("before");
  await bob.say("I am here");
  await alice.sees("I am here");

  await server.down();
  const away = new Promise((done) => setTimeout(done, AWAY_MS));
  for (const number of [1, 2, 3]) {
    await alice.say(`alice ${number}`);
    await bob.say(`bob ${number}`);
  }
  await expect(alice.page.getByText("No connection.")).toBeVisible();
  // What waits is on the device: it outlives the page.
  await alice.page.reload();
  await alice.sees("alice 3");
  await away;
  await server.up();

  const all = [1, 2, 3].flatMap((number) => [`alice ${number}`, `bob ${number}`]);
  for (const person of [alice, bob]) {
    for (const text of all) await person.sees(text);
    await expect(person.page.getByLabel("Sending")).toHaveCount(0);
  }
  await expect.poll(async () => (await wordings(alice)).join()).toBe((await wordings(bob)).join());
  const order = await wordings(alice);
  expect(order.slice().sort()).toEqual(["I am here", "before", ...all].sort());
  for (const name of ["alice", "bob"]) {
    const own = order.filter((text) => text.startsWith(`${name} `));
    expect(own).toEqual([`${name} 1`, `${name} 2`, `${name} 3`]);
  }
  await expect(alice.page.getByText("No connection.")).toBeHidden();
});

test("the app opens without a server, with what it knew, also the next day", async ({
  browser,
}) => {
  const dora = await Person.at(browser, server.url, "dora", "Dora");
  await dora.signUp();
  await dora.findAndGreet("alice");
  await dora.say("see you later");
  await expect(dora.page.getByLabel("Sending")).toHaveCount(0);
  await dora.page.evaluate(() => navigator.serviceWorker.ready.then(() => null));
  // Changes are kept on the device a moment after they came.
  await dora.page.waitForTimeout(3_000);
  await server.down();
  await dora.page.clock.setFixedTime(Date.now() + DAY_MS);
  await dora.page.reload();
  await dora.sees("see you later");
  await dora.say("and this, later");
  await dora.sees("and this, later");
  const days = dora.conversation.getByRole("heading");
  await expect(days).toHaveText(["Yesterday", "Today"]);
  // The list tells of what still waits, too.
  await dora.showChats();
  await expect(dora.chat("Alice")).toContainText("and this, later");
  await dora.page.clock.setFixedTime(Date.now());

  // Who would sign out now is told what that costs.
  await dora.page.goto(`${server.url}/me`);
  await dora.page.getByRole("button", { name: "Sign out" }).click();
  const question = dora.page.getByRole("alertdialog");
  await expect(question.getByText("1 message is not sent yet.")).toBeVisible();
  await expect(question.getByText("There is no connection")).toBeVisible();
  await question.getByRole("button", { name: "Cancel" }).last().click();

  await server.up();
  await dora.open("Alice");
  await dora.sees("and this, later");
  await expect(dora.page.getByLabel("Sending")).toHaveCount(0);
});
