import { join } from "node:path";
import type { Browser, BrowserContext, Locator, Page } from "@playwright/test";
import { Finger } from "./finger";
import { PASSWORD, type Person } from "./person";
import type { PostOffice } from "./postOffice";

export const PHONE = { width: 390, height: 844 };
export const DESKTOP = { width: 1280, height: 800 };

interface Look {
  language: "zh-CN" | "en";
  theme: "light" | "dark";
  size: "normal" | "simple";
}

export async function dress(page: Page, look: Look): Promise<void> {
  await page.evaluate(
    (value) => localStorage.setItem("teahouse.preferences", JSON.stringify(value)),
    look,
  );
}

export async function visit(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.locator("h1, p").filter({ visible: true }).first().waitFor();
  await page.waitForTimeout(900);
}

/** Pictures of every screen, in both themes, in simple mode, on a phone and on a desktop. */
export class EveryScreen {
  constructor(
    private readonly browser: Browser,
    private readonly url: string,
    private readonly folder: string,
    private readonly language: Look["language"],
  ) {}

  async inside(
    me: Person,
    chats: { mother: string; group: string; friend: string },
  ): Promise<void> {
    const { page } = me;
    const screens: Record<string, string> = {
      chats: "/chats",
      chat: chats.mother,
      chatdetails: `${chats.mother}/details`,
      group: chats.group,
      groupdetails: `${chats.group}/details`,
      new: "/chats/new",
      newgroup: "/chats/new-group",
      contacts: "/contacts",
      me: "/me",
      profile: "/me/profile",
      look: "/me/look",
      notifications: "/me/notifications",
      password: "/me/password",
      devices: "/me/devices",
      email: "/me/email",
      key: "/me/key",
      notfound: "/nowhere",
      parts: "/ui",
    };
    for (const [look, device] of this.looks()) {
      await page.setViewportSize(device);
      for (const [name, path] of Object.entries(screens)) {
        await dress(page, look);
        await visit(page, this.url + path);
        await this.keep(page, look, name);
      }
      await this.above(page, look, chats);
      await this.said(page, look, chats.friend);
    }
  }

  /** What one may meet in a conversation: the menu of a message, a recalled one, a file on its way. */
  async said(page: Page, look: Look, chat: string): Promise<void> {
    await dress(page, look);
    await visit(page, this.url + chat);
    await page.locator("article [data-testid=poster]").first().waitFor();
    await this.keep(page, look, "played");
    const recording = page.locator("article", { has: page.getByRole("slider") });
    await recording.getByRole("button").first().click();
    await page.locator("audio").waitFor({ state: "attached" });
    await page.locator('a[href="/chats"]').filter({ visible: true }).first().click();
    await this.keep(page, look, "listening");
    await visit(page, this.url + chat);
    const last = page.locator("article").last();
    await page
      .getByRole("textbox")
      .last()
      .fill(look.language === "en" ? "See you at for" : "思点见");
    await page.keyboard.press("Enter");
    await page.locator("article[data-mine] time").last().waitFor();
    await page.waitForTimeout(900);
    await last.click({ button: "right" });
    await page.getByRole("menuitem").last().waitFor();
    await this.keep(page, look, "messagemenu");
    await page.getByRole("menuitem").last().click();
    await this.keep(page, look, "recalled");
    const network = await page.context().newCDPSession(page);
    const slow = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 60_000 };
    await network.send("Network.enable");
    await network.send("Network.emulateNetworkConditions", slow);
    await page.getByTestId("pick-file").setInputFiles({
      name: look.language === "en" ? "Recipes.pdf" : "家常菜谱.pdf",
      mimeType: "application/pdf",
      buffer: Buffer.alloc(900_000, 7),
    });
    await page.getByRole("progressbar").waitFor();
    await page.waitForTimeout(800);
    await this.keep(page, look, "uploading");
    await page.locator("article button").filter({ hasText: /./ }).last().click();
    await network.send("Network.emulateNetworkConditions", { ...slow, uploadThroughput: -1 });
    await network.detach();
  }

  /** What lies above a screen: a picture in full, a menu, a sheet that asks. */
  private async above(page: Page, look: Look, chats: { mother: string; group: string }) {
    await visit(page, this.url + chats.mother);
    await page.getByTestId("picture").click();
    await page.getByTestId("viewer-picture").waitFor();
    await this.keep(page, look, "viewer");
    await visit(page, this.url + chats.mother);
    await page.locator("[aria-haspopup]").last().click();
    await this.keep(page, look, "attach");
    await visit(page, `${this.url}${chats.group}/details`);
    for (const row of ["rename", "add", "leave"]) {
      const buttons = page.locator("section button[data-short]");
      const at = { rename: 0, add: 1, leave: -1 }[row] ?? 0;
      await buttons.nth(at).click();
      await this.keep(page, look, `${row}sheet`);
      await page.keyboard.press("Escape");
    }
    await visit(page, `${this.url}/me`);
    await page.locator("button[data-short]").last().click();
    await this.keep(page, look, "signoutsheet");
    await page.keyboard.press("Escape");
  }

  /** The lists and what one does to them: a pinned, a muted, a chat put aside; a swipe; the palette. */
  async lists(me: Person, chats: { mother: string; group: string }): Promise<void> {
    const { page } = me;
    const row = (path: string) => page.locator(`main li a[href="${path}"]`);
    const open = async (path: string, entry: number) => {
      await row(path).click({ button: "right" });
      await page.getByRole("menuitem").nth(entry).click();
    };
    await page.setViewportSize(DESKTOP);
    await visit(page, `${this.url}/chats`);
    const others = await page
      .locator("main li a")
      .evaluateAll((all) => all.map((one) => one.getAttribute("href") ?? ""));
    const [friend = "", cook = ""] = others.filter(
      (one) => one !== chats.mother && one !== chats.group,
    );
    await open(chats.group, 2);
    await open(friend, 1);
    await open(cook, 0);
    for (const [look, device] of this.looks()) {
      await page.setViewportSize(device);
      await dress(page, look);
      await visit(page, `${this.url}/chats`);
      await this.keep(page, look, "chats-marked");
      await row(chats.mother).hover();
      await this.keep(page, look, "chats-hover");
      await row(chats.mother).click({ button: "right" });
      await this.keep(page, look, "chats-menu");
      await page.keyboard.press("Escape");
      await page.mouse.move(5, 5);
      await visit(page, `${this.url}/chats`);
      await this.swipe(page, row(chats.mother));
      await this.keep(page, look, "chats-swipe");
      await visit(page, `${this.url}/me`);
      for (const [name, typed] of [
        ["finder", ""],
        ["finder-found", this.language === "en" ? "n" : "周"],
        ["finder-by-id", `zhou-${this.language.slice(0, 2)}x`],
        ["finder-nobody", "@nobody-at-all"],
        ["finder-nothing", "qqqq qqqq"],
      ] as const) {
        if (!typed) await page.keyboard.press("Control+k");
        await page.getByRole("combobox").fill(typed);
        await this.keep(page, look, name);
      }
      await page.keyboard.press("Escape");
      await visit(page, `${this.url}/contacts/@nobody:nowhere`);
      await this.keep(page, look, "contact-unknown");
    }
  }

  private async swipe(page: Page, what: Locator): Promise<void> {
    const box = await what.boundingBox();
    if (!box) throw new Error("nothing to swipe");
    const from = { x: box.x + box.width * 0.7, y: box.y + box.height / 2 };
    const finger = await Finger.on(page);
    await finger.down(from);
    await finger.move(from, { x: from.x - 180, y: from.y });
    await finger.up();
  }

  async atTheDoor(): Promise<void> {
    let guests = 0;
    for (const [look, device] of this.looks()) {
      const name = `guest-${this.language.slice(0, 2)}-${++guests}`;
      const first = await this.stranger(look, device);
      await this.signUp(await first.newPage(), look, name);
      await first.close();
      const second = await this.stranger(look, device);
      await this.signIn(await second.newPage(), look, name);
      await second.close();
    }
  }

  private async signUp(page: Page, look: Look, name: string): Promise<void> {
    await visit(page, `${this.url}/signup`);
    await this.keep(page, look, "signup");
    const fields = page.locator("form input");
    await fields.nth(0).fill(look.language === "en" ? "Grandfather" : "爷爷");
    await fields.nth(1).fill(name);
    await page.locator("button[type=submit]").click();
    await this.keep(page, look, "signup-refused");
    await fields.nth(2).fill(PASSWORD);
    await page.locator("button[type=submit]").click();
    await page.getByTestId("recovery-key").waitFor();
    await this.keep(page, look, "welcome");
    await page.locator("main button").last().click();
    await page.waitForURL("**/chats");
    await this.keep(page, look, "chats-empty");
    await visit(page, `${this.url}/contacts`);
    await this.keep(page, look, "contacts-empty");
  }

  private async signIn(page: Page, look: Look, name: string): Promise<void> {
    await visit(page, `${this.url}/signin`);
    await this.keep(page, look, "signin");
    await page.locator("form input").nth(0).fill(name);
    await page.locator("form input").nth(1).fill("not the password");
    await page.locator("button[type=submit]").click();
    await page.getByRole("alert").waitFor();
    await this.keep(page, look, "signin-refused");
    await page.locator("form input").nth(1).fill(PASSWORD);
    await page.locator("button[type=submit]").click();
    await page.waitForURL("**/unlock");
    await page.locator("form textarea").waitFor();
    await this.keep(page, look, "unlock");
    await page.locator("main button").last().click();
    await this.keep(page, look, "unlock-lost");
    await visit(page, `${this.url}/unlock`);
    await page.locator("main button").nth(-2).click();
    await page.waitForURL("**/chats");
    await this.keep(page, look, "chats-locked");
  }

  /** Where documents and an e-mail address are asked for, and a password was forgotten. */
  async withLetters(office: PostOffice): Promise<void> {
    let guests = 0;
    for (const [look, device] of this.looks()) {
      const name = `post-${this.language.slice(0, 2)}-${++guests}`;
      const context = await this.stranger(look, device);
      const page = await context.newPage();
      await this.signUpByLetter(page, look, name, office);
      await this.addAddress(page, look, name, office);
      await context.close();
      const second = await this.stranger(look, device);
      await this.forget(await second.newPage(), look, name, office);
      await second.close();
    }
  }

  private async signUpByLetter(page: Page, look: Look, name: string, office: PostOffice) {
    await visit(page, `${this.url}/signup`);
    await this.keep(page, look, "signup-strict");
    await page.locator("button[type=submit]").click();
    await this.keep(page, look, "signup-strict-refused");
    const fields = page.locator("form input:not([type=checkbox])");
    await fields.nth(0).fill(look.language === "en" ? "Grandfather" : "爷爷");
    await fields.nth(1).fill(name);
    await fields.nth(2).fill(PASSWORD);
    await fields.nth(3).fill(`${name}@mail.example`);
    await page.locator("input[type=checkbox]").check();
    await this.keep(page, look, "signup-strict-filled");
    await page.locator("button[type=submit]").click();
    await page.getByRole("status").first().waitFor();
    await this.keep(page, look, "signup-letter");
    await page.locator("form button").nth(-2).click();
    const link = await office.linkTo(`${name}@mail.example`, 2);
    await this.keep(page, look, "signup-letter-again");
    await this.confirm(page, link);
    await page.getByTestId("recovery-key").waitFor();
    await page.locator("main button").last().click();
    await page.waitForURL("**/chats");
  }

  private async addAddress(page: Page, look: Look, name: string, office: PostOffice) {
    const address = `${name}-second@mail.example`;
    await visit(page, `${this.url}/me/email`);
    await this.keep(page, look, "email-has");
    await page.locator("form input").fill(address);
    await page.locator("form button").click();
    await page.locator("[role=status] svg").first().waitFor();
    await this.keep(page, look, "email-letter");
    await this.confirm(page, await office.linkTo(address));
    await page.locator("form input[type=password]").waitFor();
    await this.keep(page, look, "email-password");
  }

  private async forget(page: Page, look: Look, name: string, office: PostOffice) {
    const address = `${name}@mail.example`;
    await visit(page, `${this.url}/forgot`);
    await this.keep(page, look, "forgot");
    await page.locator("form input").fill(address);
    await page.locator("button[type=submit]").click();
    await page.locator("form input[type=password]").waitFor();
    await this.keep(page, look, "forgot-new");
    await page.locator("form input[type=password]").fill(PASSWORD);
    await page.locator("button[type=submit]").click();
    await page.locator("[role=status] svg").first().waitFor();
    await this.keep(page, look, "forgot-waiting");
    await this.confirm(page, await office.linkTo(address, 3));
    await page.locator("form input[type=password]").waitFor({ state: "detached" });
    await this.keep(page, look, "forgot-done");
  }

  private async confirm(page: Page, link: string): Promise<void> {
    const reader = await page.context().newPage();
    await reader.goto(link);
    await reader.locator("form button").click();
    await reader.locator("form").waitFor({ state: "detached" });
    await reader.close();
  }

  private *looks(): Generator<[Look, typeof PHONE]> {
    const dressed = [
      ["light", "normal"],
      ["dark", "normal"],
      ["light", "simple"],
    ] as const;
    for (const [theme, size] of dressed) {
      for (const device of [PHONE, DESKTOP]) {
        yield [{ language: this.language, theme, size }, device];
      }
    }
  }

  private async stranger(look: Look, viewport: typeof PHONE): Promise<BrowserContext> {
    const context = await this.browser.newContext({ viewport });
    await context.addInitScript(
      (value) => localStorage.setItem("teahouse.preferences", JSON.stringify(value)),
      look,
    );
    return context;
  }

  private async keep(page: Page, look: Look, screen: string): Promise<void> {
    await page.waitForTimeout(500);
    const device = page.viewportSize()?.width === PHONE.width ? PHONE : DESKTOP;
    await page.screenshot({ path: join(this.folder, `${this.name(look, device)}-${screen}.png`) });
  }

  private name(look: Look, device: typeof PHONE): string {
    const kind = device === PHONE ? "phone" : "desktop";
    return `${look.language.slice(0, 2)}-${look.theme}-${look.size}-${kind}`;
  }
}
