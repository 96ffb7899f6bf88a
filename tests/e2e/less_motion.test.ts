import { expect, type Page, test } from "@playwright/test";
import { Person } from "./person";
import { TestServer } from "./server";

let server: TestServer;
let alice: Person;

test.beforeAll(async ({ browser }) => {
  server = await TestServer.start();
  alice = await Person.at(browser, server.url, "alice", "Alice");
  await alice.signUp();
});

test.afterAll(async () => {
  await server.end();
});

/** The properties that animations of the page change, and how long each takes, as they begin. */
async function motions(page: Page, act: () => Promise<void>): Promise<Record<string, number>> {
  await page.evaluate(() => {
    const seen: Record<string, number> = {};
    Object.assign(window, { seen });
    const look = () => {
      for (const animation of document.getAnimations()) {
        const effect = animation.effect as KeyframeEffect;
        const duration = Number(effect.getTiming().duration);
        for (const frame of effect.getKeyframes())
          for (const name of Object.keys(frame))
            if (!["offset", "easing", "composite", "computedOffset"].includes(name))
              seen[name] = Math.max(seen[name] ?? 0, duration);
      }
      requestAnimationFrame(look);
    };
    look();
  });
  await act();
  const read = () =>
    page.evaluate(() => (window as unknown as { seen: Record<string, number> }).seen);
  await expect.poll(async () => (await read()).opacity ?? 0).toBeGreaterThan(0);
  return read();
}

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
  await open();
  expect(await motions(page, ask)).toHaveProperty("transform");

  await page.emulateMedia({ reducedMotion: "reduce" });
  await open();
  const less = await motions(page, ask);
  expect(Object.keys(less)).not.toContain("transform");
  expect(less.opacity).toBeGreaterThanOrEqual(150);
  expect(less.opacity).toBeLessThanOrEqual(220);
});

test("what slides is at its place at once; its colour still changes gently", async () => {
  const { page } = alice;
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.goto(`${server.url}/ui`);
  const thumb = await page
    .locator("label:has([role=switch]) span[aria-hidden]")
    .first()
    .evaluate((track) => getComputedStyle(track, "::after").transitionProperty);
  expect(thumb).toContain("background-color");
  expect(thumb).not.toContain("translate");
});
