import { expect, type Locator, test } from "@playwright/test";
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
  bob = await Person.at(browser, server.url, "bob", "Bob");
  carol = await Person.at(browser, server.url, "carol", "Carol");
  for (const person of [alice, bob, carol]) await person.signUp();
});

test.afterAll(async () => {
  await server.end();
});

test("an ID that nobody has is said to be nobody's", async () => {
  await alice.go("/chats/new");
  await alice.page.getByLabel("Your friend's ID").fill("nobody-at-all");
  await alice.page.getByRole("button", { name: "Find", exact: true }).click();
  await expect(alice.page.getByText("Nobody here has this ID.")).toBeVisible();
  await alice.page.getByLabel("Your friend's ID").fill("alice");
  await alice.page.getByRole("button", { name: "Find", exact: true }).click();
  await expect(alice.page.getByText("That is you.")).toBeVisible();
});

test("an invitation can be declined", async () => {
  await alice.openGroup("Not for everybody", ["carol"]);
  await carol.showChats();
  await expect(carol.page.getByText("Alice invites you to this group")).toBeVisible();
  // Names are chosen freely: the ID says who asks.
  await expect(carol.page.getByRole("listitem").first()).toContainText("@alice:");
  await carol.page.getByRole("button", { name: "Decline" }).click();
  await expect(carol.page.getByText("Not for everybody")).toBeHidden();

  await alice.findAndGreet("carol");
  await expect(carol.page.getByText("Alice would like to chat")).toBeVisible();
  await carol.page.getByRole("button", { name: "Decline" }).click();
  await expect(carol.page.getByText("Alice would like to chat")).toBeHidden();
  await carol.page.goto(`${server.url}/contacts`);
  await expect(carol.page.getByRole("heading", { name: "Contacts" })).toBeVisible();
  await expect(carol.page.getByText("Alice")).toHaveCount(0);
});

test("a member may add people, and the owner may rename", async () => {
  await alice.openGroup("Tea", ["bob"]);
  await bob.acceptInvitation();
  await bob.page.getByRole("link", { name: "Details" }).click();
  await expect(bob.page.getByText("2 members")).toBeVisible();
  await expect(bob.page.getByRole("button", { name: "Name of the group" })).toBeHidden();
  await bob.page.getByRole("button", { name: "Add people" }).click();
  await bob.page.getByLabel("Add by ID").fill("carol");
  await bob.page.keyboard.press("Enter");
  await expect(bob.page.getByRole("button", { name: "Remove Carol" })).toBeVisible();
  await bob.page.getByRole("dialog").getByRole("button", { name: "Add people" }).click();
  await carol.acceptInvitation();
  await expect(bob.page.getByText("3 members")).toBeVisible();

  await alice.page.getByRole("link", { name: "Details" }).click();
  await alice.page.getByRole("button", { name: "Name of the group" }).click();
  await alice.page.getByRole("dialog").getByLabel("Name of the group").fill("Tea and cake");
  await alice.page.keyboard.press("Enter");
  await expect(carol.page.getByRole("heading", { name: "Tea and cake" })).toBeVisible();
});

/** A member's row; who is there and what one may do is in its sheet. */
async function pressed(person: Person, member: string): Promise<Locator> {
  await person.page
    .getByRole("list", { name: "Members" })
    .getByRole("button", { name: member })
    .click();
  const sheet = person.page.getByRole("dialog", { name: member });
  await expect(sheet.getByRole("button", { name: "Send message" })).toBeVisible();
  return sheet;
}

test("the owner may remove a member, who then sees the group no more", async () => {
  const ofBob = await pressed(bob, "Carol");
  await expect(ofBob.getByRole("button", { name: /Remove|Make owner/ })).toHaveCount(0);
  await bob.page.keyboard.press("Escape");
  const sheet = await pressed(alice, "Carol");
  expect(await accessProblems(alice.page)).toEqual([]);
  await sheet.getByRole("button", { name: "Remove from the group" }).click();
  await sheet.getByRole("button", { name: "Remove", exact: true }).click();
  await expect(sheet).toBeHidden();
  await expect(alice.page.getByText("2 members")).toBeVisible();
  await carol.showChats();
  await expect(carol.page.getByRole("heading", { name: "Chats" })).toBeVisible();
  await expect(carol.page.getByText("Tea and cake")).toHaveCount(0);
});

test("the only owner hands the group over before leaving it, and leaves silently", async () => {
  const { page } = alice;
  await page.getByRole("button", { name: "Leave the group" }).click();
  const sheet = page.getByRole("alertdialog");
  await expect(sheet.getByRole("button", { name: "Leave", exact: true })).toBeDisabled();
  expect(await accessProblems(page)).toEqual([]);
  await sheet.locator("label", { hasText: "Bob" }).click();
  await sheet.getByRole("button", { name: "Leave", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Chats" })).toBeVisible();
  await expect(page.getByText("Tea and cake")).toHaveCount(0);

  await expect(bob.page.getByText("1 member")).toBeVisible();
  await expect(bob.page.getByRole("button", { name: "Name of the group" })).toBeVisible();
  await bob.page.getByRole("link", { name: "Back" }).click();
  await expect(bob.conversation.getByText("Alice removed Carol")).toBeVisible();
  await expect(bob.conversation.getByText(/left/)).toHaveCount(0);
});

test("who is alone in a group leaves it without a question about others", async () => {
  await bob.page.getByRole("link", { name: "Details" }).click();
  await bob.page.getByRole("button", { name: "Leave the group" }).click();
  await expect(bob.page.getByRole("radio")).toHaveCount(0);
  await bob.page.getByRole("button", { name: "Leave", exact: true }).click();
  await expect(bob.page.getByRole("heading", { name: "Chats" })).toBeVisible();
  await expect(bob.page.getByText("Tea and cake")).toHaveCount(0);
});

test("two chats with one person are never made", async () => {
  await alice.findAndGreet("bob");
  const first = alice.page.url();
  await bob.acceptInvitation();
  await alice.findAndGreet("bob");
  expect(alice.page.url()).toBe(first);
  await bob.findAndGreet("alice");
  expect(bob.page.url()).toBe(first);
});

test("who deletes a chat of two is asked anew when the other writes, and nobody says so", async () => {
  await alice.say("before");
  await bob.sees("before");
  await bob.deleteOpenChat();
  await expect(bob.chat("Alice")).toHaveCount(0);

  await alice.say("are you there?");
  await bob.acceptInvitation("Alice would like to chat");
  await bob.sees("are you there?");
  await bob.say("here again");
  await alice.sees("here again");
  await expect(alice.conversation.getByText(/left|joined|invited/)).toHaveCount(0);
});

test("who deletes a chat of two and writes anew comes into the one that the other kept", async () => {
  await alice.deleteOpenChat();
  await expect(alice.chat("Bob")).toHaveCount(0);
  await alice.findAndGreet("bob");
  await alice.say("it is me again");
  // Who looks at the chat sees it go on, with all that was said before.
  await bob.sees("it is me again");
  await bob.sees("here again");
  await expect(alice.conversation.getByText("here again")).toHaveCount(0);
  await bob.say("where were you?");
  await alice.sees("where were you?");
  for (const [person, other] of [
    [alice, "Bob"],
    [bob, "Alice"],
  ] as const) {
    await person.showChats();
    await expect(person.chat(other)).toHaveCount(1);
    await expect(person.page.getByRole("button", { name: "Accept" })).toHaveCount(0);
  }
  await bob.open("Alice");
  await bob.sees("here again");
});

test("what another app left unencrypted is encrypted before anything is said", async () => {
  const { page } = carol;
  const roomId = await page.evaluate(async () => {
    const { accessToken, userId } = JSON.parse(localStorage.getItem("teahouse.session") ?? "{}");
    const bob = userId.replace("carol", "bob");
    const answer = await fetch("/_matrix/client/v3/createRoom", {
      method: "POST",
      headers: { Authorization: `Bearer ${accessToken}` },
      body: JSON.stringify({ preset: "trusted_private_chat", is_direct: true, invite: [bob] }),
    });
    return (await answer.json()).room_id as string;
  });
  await bob.acceptInvitation("Carol would like to chat");
  await expect(bob.conversation.getByText("This chat is not encrypted")).toBeVisible();
  await bob.say("between us");
  await expect(bob.page.getByLabel("Sending")).toHaveCount(0);
  await carol.go(`/chats/${encodeURIComponent(roomId)}`);
  await carol.sees("between us");
  const types = await page.evaluate(async (room) => {
    const { accessToken } = JSON.parse(localStorage.getItem("teahouse.session") ?? "{}");
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/messages?dir=b&limit=5`;
    const answer = await fetch(path, { headers: { Authorization: `Bearer ${accessToken}` } });
    return (await answer.json()).chunk.map((event: { type: string }) => event.type) as string[];
  }, roomId);
  expect(types.slice(0, 2)).toEqual(["m.room.encrypted", "m.room.encryption"]);
});

test("people of one's chats are one's contacts", async () => {
  await bob.go("/contacts");
  await bob.page.getByRole("link", { name: "Alice" }).click();
  await bob.page.getByRole("link", { name: "Send message" }).click();
  await expect(bob.composer).toBeVisible();
});
