import { expect, type Locator, type Page, test } from "@playwright/test";
import { accessProblems } from "./axe";
import { Finger } from "./finger";
import { Person } from "./person";
import { TestServer } from "./server";

const MANY = 1_000;
const AT_MOST = 60;

let server: TestServer;
let alice: Person;

test.describe.configure({ mode: "serial" });

test.beforeAll(async ({ browser }) => {
  test.setTimeout(240_000);
  server = await TestServer.start();
  alice = await Person.at(browser, server.url, "alice", "Alice", {
    hasTouch: true,
    isMobile: true,
  });
  await alice.signUp();
  await alice.page.evaluate(makeChats, MANY);
  await alice.page.reload();
  const last = alice.page.getByRole("listitem").first();
  await expect(last).toHaveAttribute("aria-setsize", String(MANY), { timeout: 120_000 });
});

test.afterAll(async () => {
  await server.end();
});

/** Runs in the page: a thousand 1:1 chats, as the app itself would make them. */
async function makeChats(many: number): Promise<void> {
  const place = Object.keys(localStorage).find((key) => key.includes("session")) ?? "";
  const { accessToken, userId } = JSON.parse(localStorage.getItem(place) ?? "{}");
  const call = async (method: string, path: string, body: object) => {
    const answer = await fetch(`/_matrix/client/v3/${path}`, {
      method,
      headers: { Authorization: `Bearer ${accessToken}` },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(await answer.text());
    return answer.json();
  };
  const direct: Record<string, string[]> = {};
  const make = async (first: number) => {
    for (let number = first; number < many; number += 8) {
      const { room_id } = await call("POST", "createRoom", {});
      direct[`@friend-${String(number).padStart(4, "0")}:tea`] = [room_id];
    }
  };
  await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(make));
  await call("PUT", `user/${encodeURIComponent(userId)}/account_data/m.direct`, direct);
}

const rows = (list: Locator) => list.getByRole("listitem");

async function rowCount(list: Locator): Promise<number> {
  await expect(rows(list).first()).toBeVisible();
  return rows(list).count();
}

/** Positions in the list of the rows that exist, as a screen reader is told. */
async function positions(list: Locator): Promise<number[]> {
  const told = await rows(list).evaluateAll((all) =>
    all.map((row) => Number(row.getAttribute("aria-posinset"))),
  );
  return told;
}

async function holdsMany(page: Page, list: Locator): Promise<void> {
  expect(await rowCount(list)).toBeLessThan(AT_MOST);
  expect((await positions(list))[0]).toBe(1);
  await rows(list).first().locator("a, button").first().focus();
  await page.keyboard.press("ArrowDown");
  await expect(rows(list).nth(1).locator("a, button").first()).toBeFocused();

  await page.keyboard.press("End");
  await expect(list.locator(`[aria-posinset="${MANY}"] :is(a, button)`).first()).toBeFocused();
  await expect(list.locator(`[aria-posinset="${MANY}"]`)).toBeInViewport({ ratio: 0.9 });
  expect(await rowCount(list)).toBeLessThan(AT_MOST);
  const told = await positions(list);
  expect(told).toEqual([...told].sort((a, b) => a - b));

  await page.keyboard.press("Home");
  await expect(list.locator('[aria-posinset="1"] :is(a, button)').first()).toBeFocused();
  await expect(list.locator('[aria-posinset="1"]')).toBeInViewport({ ratio: 0.9 });
}

test("a thousand chats are few rows, and each is reached by the keyboard", async () => {
  const { page } = alice;
  const list = page.getByRole("list", { name: "Chats" });
  await holdsMany(page, list);
  expect(await accessProblems(page)).toEqual([]);
});

test("scrolling shows them all, and the row with the focus keeps it", async () => {
  const { page } = alice;
  const list = page.getByRole("list", { name: "Chats" });
  const first = list.locator('[aria-posinset="1"] a');
  await first.focus();
  await list.evaluate((one) => one.parentElement?.scrollTo(0, one.clientHeight * 0.7));
  await expect(list.locator('[aria-posinset="702"]')).toBeInViewport();
  expect(await rowCount(list)).toBeLessThan(AT_MOST);
  await expect(first).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(list.locator('[aria-posinset="2"] a')).toBeFocused();
  await expect(list.locator('[aria-posinset="2"]')).toBeInViewport();
});

test("a row that was drawn aside goes back when the list scrolls", async () => {
  const { page } = alice;
  const list = page.getByRole("list", { name: "Chats" });
  const box = await list.locator('[aria-posinset="3"]').boundingBox();
  const [x, y] = [300, (box?.y ?? 0) + 30];
  const finger = await Finger.on(page);
  await finger.down({ x, y });
  await finger.move({ x, y }, { x: x - 180, y });
  await finger.up();
  const mute = list.getByRole("button", { name: "Mute", exact: true });
  await expect(mute).toBeVisible();
  await list.evaluate((one) => one.parentElement?.scrollBy(0, 40));
  await expect(mute).toBeHidden();
});

test("a thousand contacts, in their list and where people are chosen for a group", async () => {
  const { page } = alice;
  await alice.go("/contacts");
  const list = page.getByRole("list", { name: "Contacts" });
  await holdsMany(page, list);
  await expect(rows(list).first()).toContainText("friend-0000");

  await alice.go("/chats/new-group");
  const choice = page.getByRole("list", { name: "From your contacts" });
  await holdsMany(page, choice);
  await rows(choice).first().getByRole("button").click();
  await expect(rows(choice).first()).toContainText("friend-0001");
  expect(await rowCount(choice)).toBeLessThan(AT_MOST);
});

test("the palette shows the best of them", async () => {
  const { page } = alice;
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill("friend-07");
  await expect(page.getByText("20 of 100")).toBeVisible();
  await expect(page.getByRole("option")).toHaveCount(20);
  await page.getByRole("combobox").fill("friend-0777");
  await expect(page.getByRole("option")).toHaveCount(1);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "friend-0777" })).toBeVisible();
  expect(alice.complaints).toEqual([]);
});
