import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type Page, test } from "@playwright/test";
import type { Person } from "./person";
import { CHINESE, ENGLISH, play } from "./scene";
import { TestServer } from "./server";

/** `npm run screenshots` makes the pictures of the README; ALL_SCREENS=folder makes every screen for a look. */
const README_IMAGES = resolve(import.meta.dirname, "../../docs/images");
const ALL = process.env.ALL_SCREENS;
const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 800 };

interface Look {
  language: "zh-CN" | "en";
  theme: "light" | "dark";
  size: "normal" | "simple";
}

test.setTimeout(600_000);

let server: TestServer;

test.beforeAll(async () => {
  server = await TestServer.start();
  await mkdir(ALL ?? README_IMAGES, { recursive: true });
});

test.afterAll(async () => {
  await server.end();
});

async function dress(page: Page, look: Look): Promise<void> {
  await page.evaluate(
    (value) => localStorage.setItem("teahouse.preferences", JSON.stringify(value)),
    look,
  );
}

async function visit(page: Page, path: string): Promise<void> {
  await page.goto(server.url + path);
  await page.getByRole("heading", { level: 1 }).first().waitFor();
  await page.waitForTimeout(900);
}

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
    const [mother = "", group = ""] = await pathsOf(me, [words.mother, words.group]);
    if (ALL) return everyScreen(me, ALL, tag, language, mother, group);

    await dress(page, { language, theme: "light", size: "normal" });
    await page.setViewportSize(DESKTOP);
    await visit(page, mother);
    await page.screenshot({ path: join(README_IMAGES, `desktop-${tag}.png`) });
    await page.setViewportSize(PHONE);
    await dress(page, { language, theme: "dark", size: "normal" });
    await visit(page, group);
    await page.screenshot({ path: join(README_IMAGES, `phone-${tag}.png`) });
  });
}

async function everyScreen(
  me: Person,
  folder: string,
  tag: string,
  language: Look["language"],
  mother: string,
  group: string,
): Promise<void> {
  const { page } = me;
  const screens: Record<string, string> = {
    chats: "/chats",
    chat: mother,
    group,
    details: `${group}/details`,
    new: "/chats/new",
    newgroup: "/chats/new-group",
    contacts: "/contacts",
    me: "/me",
    profile: "/me/profile",
    look: "/me/look",
    password: "/me/password",
  };
  const looks: Look[] = [
    { language, theme: "light", size: "normal" },
    { language, theme: "dark", size: "normal" },
    { language, theme: "light", size: "simple" },
  ];
  for (const look of looks) {
    for (const [device, size] of [
      ["phone", PHONE],
      ["desktop", DESKTOP],
    ] as const) {
      await page.setViewportSize(size);
      for (const [name, path] of Object.entries(screens)) {
        await dress(page, look);
        await visit(page, path);
        await page.screenshot({
          path: join(folder, `${tag}-${look.theme}-${look.size}-${device}-${name}.png`),
        });
      }
    }
  }
}
