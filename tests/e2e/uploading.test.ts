import { randomBytes } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type CDPSession, expect, type Locator, test } from "@playwright/test";
import { accessProblems } from "./axe";
import { Person } from "./person";
import { TestServer } from "./server";
import { teaPicture } from "./teaPicture";

const FILE_BYTES = 600_000;
const SLOW_BYTES_PER_S = 150_000;
const AT_ANY_SPEED = -1;

let server: TestServer;
let alice: Person;
let bob: Person;
let network: CDPSession;

test.describe.configure({ mode: "serial" });

test.beforeAll(async ({ browser }) => {
  server = await TestServer.start();
  alice = await Person.at(browser, server.url, "alice", "Alice");
  bob = await Person.at(browser, server.url, "bob", "Bob");
  await alice.signUp();
  await bob.signUp();
  await alice.findAndGreet("bob");
  await alice.say("here it comes");
  await bob.acceptInvitation();
  await bob.sees("here it comes");
  network = await alice.context.newCDPSession(alice.page);
});

test.afterAll(async () => {
  await server.end();
});

async function uploadAt(bytesPerSecond: number): Promise<void> {
  await network.send("Network.enable");
  await network.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: 0,
    downloadThroughput: AT_ANY_SPEED,
    uploadThroughput: bytesPerSecond,
  });
}

async function send(name: string): Promise<void> {
  await alice.page.getByTestId("pick-file").setInputFiles({
    name,
    mimeType: "application/octet-stream",
    buffer: randomBytes(FILE_BYTES),
  });
}

const bar = () => alice.page.getByRole("progressbar", { name: "Sending" });
const share = async () => Number(await bar().getAttribute("aria-valuenow"));

/** What lies in the server's folder of files. */
async function stored(): Promise<string[]> {
  const found = await readdir(join(server.data, "media"), { recursive: true, withFileTypes: true });
  return found.filter((one) => one.isFile()).map((one) => one.name);
}

/** What waits on the device to be sent. */
function waiting(): Promise<number> {
  return alice.page.evaluate(async () => {
    const names = (await indexedDB.databases()).map(({ name }) => name ?? "");
    const name = names.find((one) => one.startsWith("teahouse-outbox:")) ?? "";
    const db = await new Promise<IDBDatabase>((resolve) => {
      const opening = indexedDB.open(name);
      opening.onsuccess = () => resolve(opening.result);
    });
    const count = await new Promise<number>((resolve) => {
      const counting = db.transaction("items").objectStore("items").count();
      counting.onsuccess = () => resolve(counting.result);
    });
    db.close();
    return count;
  });
}

interface Brought {
  text?: string;
  name?: string;
  type?: string;
  base64?: string;
}

/** What was copied or dragged from elsewhere; true when the app took it from the browser. */
function bring(how: "paste" | "drop", where: Locator, what: Brought): Promise<boolean> {
  return where.evaluate(
    (target, [kind, { text, name, type, base64 = "" }]) => {
      const data = new DataTransfer();
      if (text) data.setData("text/plain", text);
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      if (name) data.items.add(new File([bytes], name, { type }));
      const options = { bubbles: true, cancelable: true };
      return !target.dispatchEvent(
        kind === "paste"
          ? new ClipboardEvent("paste", { ...options, clipboardData: data })
          : new DragEvent("drop", { ...options, dataTransfer: data }),
      );
    },
    [how, what] as const,
  );
}

test("what is pasted or dropped is looked at before it goes", async () => {
  const { page } = alice;
  const base64 = (await teaPicture(page, 30)).toString("base64");
  const picture = { name: "image.png", type: "image/png", base64 };
  const sheet = page.getByRole("dialog", { name: "Send to Bob?" });
  expect(await bring("paste", alice.composer, picture)).toBe(true);
  await expect(sheet.getByRole("img", { name: "image.png" })).toBeVisible();
  expect(await accessProblems(page)).toEqual([]);
  await sheet.getByRole("button", { name: "Cancel" }).last().click();
  await expect(sheet).toBeHidden();
  await expect(alice.composer).toBeFocused();
  expect(await waiting()).toBe(0);

  await bring("paste", alice.composer, picture);
  await expect(sheet.getByRole("button", { name: "Send", exact: true })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(bob.page.getByTestId("picture")).toHaveCount(1);

  const menu = { name: "menu.pdf", type: "application/pdf", base64: btoa("tea") };
  expect(await bring("drop", alice.conversation, menu)).toBe(true);
  await expect(sheet).toContainText("menu.pdf");
  await sheet.getByRole("button", { name: "Send", exact: true }).click();
  await expect(bob.page.getByRole("button", { name: "Download menu.pdf" })).toBeVisible();
});

test("words go where they are pasted or dropped, and a file beside the chat goes nowhere", async () => {
  const cells = { text: "3\t4", name: "image.png", type: "image/png" };
  expect(await bring("paste", alice.composer, cells)).toBe(false);
  expect(await bring("drop", alice.composer, { text: "tea" })).toBe(false);
  expect(await bring("drop", alice.page.locator("h1").first(), { name: "menu.pdf" })).toBe(true);
  await expect(alice.page.getByRole("dialog")).toHaveCount(0);
});

test("one sees how much of a file is there, from the beginning to the end", async () => {
  await uploadAt(SLOW_BYTES_PER_S);
  await send("menu.bin");
  await expect(bar()).toBeVisible();
  const early = await share();
  expect(early).toBeLessThan(50);
  await expect.poll(share).toBeGreaterThan(early);
  await expect.poll(share).toBeGreaterThan(50);
  await expect(bar()).toBeHidden();
  await expect(bob.page.getByRole("button", { name: "Download menu.bin" })).toBeVisible();
  await expect(alice.page.getByLabel("Sending")).toHaveCount(0);
});

test("cancel stops it, and leaves nothing behind", async () => {
  const before = await stored();
  await uploadAt(SLOW_BYTES_PER_S);
  await send("never.bin");
  await expect.poll(share).toBeGreaterThan(0);
  const uploads = alice.page.waitForEvent("requestfailed", (one) => /upload/.test(one.url()));
  await alice.page.getByRole("button", { name: "Cancel", exact: true }).click();
  await uploads;
  await expect(alice.conversation.getByText("never.bin")).toHaveCount(0);
  await expect(alice.page.getByLabel("Sending")).toHaveCount(0);
  expect(await waiting()).toBe(0);

  await uploadAt(AT_ANY_SPEED);
  await alice.say("thought better of it");
  await bob.sees("thought better of it");
  await expect(bob.conversation.getByText("never.bin")).toHaveCount(0);
  await alice.page.reload();
  await alice.sees("thought better of it");
  await expect(alice.conversation.getByText("never.bin")).toHaveCount(0);
  await expect.poll(stored).toEqual(before);
});

test("the menu of a message cancels as well, and lets go what waits behind it", async () => {
  network = await alice.context.newCDPSession(alice.page);
  await uploadAt(SLOW_BYTES_PER_S);
  await send("neither.bin");
  await expect.poll(share).toBeGreaterThan(0);
  await alice.say("this waits behind it");
  await alice.conversation.getByText("neither.bin").click({ button: "right" });
  await alice.page.getByRole("menuitem", { name: "Cancel" }).click();
  await bob.sees("this waits behind it");
  await expect(bob.conversation.getByText("neither.bin")).toHaveCount(0);
});

test("a connection that breaks does not refuse the file: it goes when it can", async () => {
  await uploadAt(SLOW_BYTES_PER_S);
  await send("patience.bin");
  await expect.poll(share).toBeGreaterThan(0);
  await server.down();
  await expect(alice.page.getByText("No connection.")).toBeVisible();
  await expect(alice.conversation.getByText("Not sent")).toHaveCount(0);
  await uploadAt(AT_ANY_SPEED);
  await server.up();
  await expect(bob.page.getByRole("button", { name: "Download patience.bin" })).toBeVisible();
});

test("the browser had nothing to complain about", () => {
  expect(alice.complaints).toEqual([]);
  expect(bob.complaints).toEqual([]);
});
