import { type ChildProcessByStdio, spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { Page } from "@playwright/test";

const ROOT = resolve(import.meta.dirname, "../..");
const WITHIN_MS = 20_000;

interface Letter {
  mailbox: string;
  subject: string;
  text: string;
}

/** A real SMTP server, and everybody's mailbox. */
export class PostOffice {
  private readonly letters: Letter[] = [];
  private port = 0;
  private news = () => {};

  private constructor(private readonly process: ChildProcessByStdio<null, Readable, null>) {
    const lines = createInterface({ input: process.stdout });
    lines.on("line", (line) => {
      const said = JSON.parse(line);
      if (said.port) this.port = said.port;
      else this.letters.push(said);
      this.news();
    });
  }

  static async open(): Promise<PostOffice> {
    const python = join(ROOT, ".venv/bin/python");
    const office = new PostOffice(
      spawn(python, ["-m", "tests.printed_post"], {
        cwd: ROOT,
        stdio: ["ignore", "pipe", "inherit"],
      }),
    );
    await office.until(() => office.port > 0);
    return office;
  }

  /** The settings of a server that sends its letters here. */
  get flags(): string[] {
    return [
      ...["--smtp-host", "127.0.0.1", "--smtp-port", String(this.port), "--smtp-tls", "none"],
      ...["--mail-from", "Teahouse <tea@tea.example>"],
    ];
  }

  /** The link of the newest letter to somebody, once they have got `count`. */
  async linkTo(mailbox: string, count = 1): Promise<string> {
    const own = () => this.letters.filter((letter) => letter.mailbox === mailbox);
    await this.until(() => own().length >= count);
    return /https?:\S+\/_teahouse\S+/.exec(own().at(-1)?.text ?? "")?.[0] ?? "";
  }

  /** What a reader of the letter does: opens its link, in whatever browser, and confirms. */
  async confirm(page: Page, mailbox: string, count = 1): Promise<void> {
    await page.goto(await this.linkTo(mailbox, count));
    await page.getByRole("button", { name: "Confirm" }).click();
    await page.getByText("Your address is confirmed.").waitFor();
  }

  close(): void {
    this.process.kill("SIGTERM");
  }

  private async until(isSo: () => boolean): Promise<void> {
    const late = Date.now() + WITHIN_MS;
    while (!isSo()) {
      if (Date.now() > late) throw new Error("the post office is silent");
      await new Promise<void>((done) => {
        const timer = setTimeout(done, WITHIN_MS);
        this.news = () => {
          clearTimeout(timer);
          done();
        };
      });
    }
  }
}
