import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { test } from "@playwright/test";
import { DESKTOP, dress, EveryScreen, PHONE, visit } from "./everyScreen";
import type { Person } from "./person";
import { PostOffice } from "./postOffice";
import { CHINESE, ENGLISH, play } from "./scene";
import { TestServer } from "./server";
import { strictServer } from "./strictServer";

/** `npm run screenshots` makes the pictures of the README; ALL_SCREENS=folder makes every screen for a look. */
const README_IMAGES = resolve(import.meta.dirname, "../../docs/images");
const ALL = process.env.ALL_SCREENS;

test.setTimeout(1_800_000);

let server: TestServer;
let office: PostOffice;

test.beforeAll(async () => {
  office = await PostOffice.open();
  server = await TestServer.start(...office.flags);
  await mkdir(ALL ?? README_IMAGES, { recursive: true });
});

test.afterAll(async () => {
  await server.end();
  office.close();
});

async function pathsOf(me: Person, names: string[]): Promise<string[]> {
  await me.showChats();
  const paths: string[] = [];
  for (const name of names) {
    paths.push((await me.chat(name).getAttribute("href")) ?? "/chats");
  }
  return paths;
}

for (const [tag, words, language] of [
  ["zh", CHINESE, "zh-CN"],
  ["en", ENGLISH, "en"],
] as const) {
  test(`the app in ${language}`, async ({ browser }) => {
    const { me } = await play(browser, server, words, tag);
    const { page } = me;
    const names = [words.mother, words.group, words.friend];
    const [mother = "", group = "", friend = ""] = await pathsOf(me, names);
    if (ALL) {
      const screens = new EveryScreen(browser, server.url, ALL, language);
      await screens.inside(me, { mother, group, friend });
      return screens.lists(me, { mother, group });
    }

    await dress(page, { language, theme: "light", size: "normal" });
    await page.setViewportSize(DESKTOP);
    await visit(page, server.url + mother);
    await page.getByTestId("picture").waitFor();
    await page
      .getByText(words.unread.at(-1) ?? "")
      .last()
      .scrollIntoViewIfNeeded();
    await page.waitForTimeout(500);
    await page.screenshot({ path: join(README_IMAGES, `desktop-${tag}.png`) });
    await page.setViewportSize(PHONE);
    const phone = await page.context().newCDPSession(page);
    await phone.send("Emulation.setTouchEmulationEnabled", { enabled: true });
    await dress(page, { language, theme: "dark", size: "normal" });
    await visit(page, server.url + group);
    await page.screenshot({ path: join(README_IMAGES, `phone-${tag}.png`) });
  });
  test(`the door in ${language}`, async ({ browser }) => {
    test.skip(!ALL, "The README shows the app from inside");
    await new EveryScreen(browser, server.url, ALL ?? "", language).atTheDoor();
  });
  test(`the letters at the door in ${language}`, async ({ browser }) => {
    test.skip(!ALL, "The README shows the app from inside");
    const strict = await strictServer(office);
    await new EveryScreen(browser, strict.url, ALL ?? "", language).withLetters(office);
    await strict.end();
  });
}
