import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  expect,
  type Locator,
  type Page,
} from "@playwright/test";

export const PASSWORD = "seven cups of tea";
const PHONE = { width: 390, height: 844 };

/** One person at one device, who does what people do and knows nothing of the protocol. */
export class Person {
  /** What the browser complained about; a journey ends with none. */
  readonly complaints: string[] = [];
  recoveryKey = "";

  private constructor(
    readonly name: string,
    readonly shownName: string,
    readonly page: Page,
    readonly context: BrowserContext,
    private readonly url: string,
  ) {
    page.on("pageerror", (error) => this.complaints.push(error.message));
    page.on("console", (line) => {
      if (/Content Security Policy|Refused to/.test(line.text())) this.complaints.push(line.text());
    });
  }

  static async at(
    browser: Browser,
    url: string,
    name: string,
    shownName: string,
    device: BrowserContextOptions = {},
  ): Promise<Person> {
    const context = await browser.newContext({
      viewport: PHONE,
      locale: "en",
      acceptDownloads: true,
      ...device,
    });
    return new Person(name, shownName, await context.newPage(), context, url);
  }

  async signUp(): Promise<void> {
    await this.fillSignUp();
    const key = await this.page.getByTestId("recovery-key").textContent();
    this.recoveryKey = key?.trim() ?? "";
    await this.page.getByRole("button", { name: "I have kept it" }).click();
    await expect(this.page.getByRole("heading", { name: "Chats" })).toBeVisible();
  }

  async fillSignUp(): Promise<void> {
    await this.page.goto(`${this.url}/signup`);
    await this.page.getByLabel("What friends call you").fill(this.shownName);
    await this.page.getByLabel("Your ID").fill(this.name);
    await this.page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await this.page.getByRole("button", { name: "Create account" }).click();
  }

  async signIn(recoveryKey: string, password = PASSWORD): Promise<void> {
    await this.fillSignIn(password);
    await this.page.getByLabel("Recovery key").fill(recoveryKey);
    await this.page.getByRole("button", { name: "Open my messages" }).click();
    await expect(this.page.getByRole("heading", { name: "Chats" })).toBeVisible();
  }

  async signInWithoutKey(): Promise<void> {
    await this.fillSignIn(PASSWORD);
    await this.page.getByRole("button", { name: "Later" }).click();
    await expect(this.page.getByText("Earlier messages are still closed")).toBeVisible();
  }

  async fillSignIn(password: string): Promise<void> {
    await this.page.goto(`${this.url}/signin`);
    await this.page.getByLabel("Your ID").fill(this.name);
    await this.page.getByLabel("Password", { exact: true }).fill(password);
    await this.page.getByRole("button", { name: "Sign in" }).click();
  }

  async findAndGreet(other: string): Promise<void> {
    await this.go("/chats/new");
    await this.page.getByLabel("Your friend's ID").fill(other);
    await this.page.getByRole("button", { name: "Find", exact: true }).click();
    await this.page.getByRole("button", { name: "Start chat" }).click();
    await expect(this.composer).toBeVisible();
  }

  async openGroup(name: string, others: string[]): Promise<void> {
    await this.go("/chats/new-group");
    await this.page.getByLabel("Name of the group").fill(name);
    for (const other of others) {
      await this.page.getByLabel("Add by ID").fill(other);
      await this.page.getByRole("button", { name: "Add", exact: true }).click();
      await expect(this.page.getByText(`@${other}:`).first()).toBeVisible();
    }
    await this.page.getByRole("button", { name: "Open group" }).click();
    await expect(this.composer).toBeVisible();
  }

  /** Where somebody else's was answered a moment ago, the list may still show that one. */
  async acceptInvitation(from = ""): Promise<void> {
    await this.showChats();
    const row = this.page.getByRole("listitem").filter({ hasText: from });
    await row.getByRole("button", { name: "Accept" }).click();
    await expect(this.composer).toBeVisible();
  }

  /** To a page of the app, as its own links lead there: without a reload. */
  async go(path: string): Promise<void> {
    await this.page.evaluate((to) => history.pushState(null, "", to), path);
  }

  async showChats(): Promise<void> {
    await this.go("/chats");
    await expect(this.composer).toBeHidden();
    await expect(this.page.getByRole("heading", { name: "Chats" })).toBeVisible();
  }

  /** A chat of two, which the app leads out of. */
  async deleteOpenChat(): Promise<void> {
    await this.page.getByRole("link", { name: "Details" }).click();
    await this.page.getByRole("button", { name: "Delete this chat" }).click();
    await this.page.getByRole("button", { name: "Delete", exact: true }).click();
    await expect(this.page.getByRole("heading", { name: "Chats" })).toBeVisible();
  }

  async open(chat: string): Promise<void> {
    await this.showChats();
    await this.chat(chat).click();
    await expect(this.composer).toBeVisible();
  }

  /** A row of the list; its name comes first in what a screen reader says. */
  chat(name: string): Locator {
    const list = this.page.getByRole("list", { name: "Chats" });
    return list.getByRole("link", { name: new RegExp(`^${name}`) });
  }

  async say(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.page.getByRole("button", { name: "Send", exact: true }).click();
    await expect(this.composer).toHaveValue("");
  }

  async sees(text: string): Promise<void> {
    await expect(this.conversation.getByText(text, { exact: true })).toBeVisible();
  }

  /** All texts of the open conversation, from top to bottom, once each as it stands there. */
  async texts(): Promise<string[]> {
    return this.conversation.getByRole("article").allInnerTexts();
  }

  get conversation(): Locator {
    return this.page.getByRole("log", { name: "Messages" });
  }

  get composer(): Locator {
    return this.page.getByRole("textbox", { name: "Message" });
  }
}
