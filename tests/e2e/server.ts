import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../..");
const READY_WITHIN_MS = 60_000;
const STOPPED_WITHIN_MS = 10_000;

/** TEAHOUSE names another build of the server, such as one installed from a wheel. */
function command(port: number, data: string, flags: string[]): string[] {
  return [
    process.env.TEAHOUSE ?? join(ROOT, ".venv/bin/teahouse"),
    "serve",
    ...["--host", "127.0.0.1", "--port", String(port), "--data", data],
    ...["--open-registration", "--no-rate-limits", "--public-url", `http://127.0.0.1:${port}`],
    ...flags,
  ];
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, "127.0.0.1", done));
  const address = probe.address();
  await new Promise((done) => probe.close(done));
  if (!address || typeof address === "string") throw new Error("no free port");
  return address.port;
}

/** A server of one test file: fresh, in a folder of its own, and able to go away for a while. */
export class TestServer {
  private process: ChildProcess | null = null;
  private output = "";

  private constructor(
    readonly url: string,
    readonly data: string,
    private readonly port: number,
    private readonly flags: string[],
  ) {}

  static async start(...flags: string[]): Promise<TestServer> {
    const port = await freePort();
    const data = await mkdtemp(join(tmpdir(), "teahouse-e2e-"));
    // "localhost" is a secure context for browsers, as 127.0.0.1 is.
    const server = new TestServer(`http://127.0.0.1:${port}`, data, port, flags);
    try {
      await server.up();
    } catch (error) {
      await server.end();
      throw error;
    }
    return server;
  }

  async up(): Promise<void> {
    const [program = "", ...args] = command(this.port, this.data, this.flags);
    this.process = spawn(program, args, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.on("data", (text: Buffer) => {
        this.output = (this.output + text.toString()).slice(-4_000);
      });
    }
    await this.ready();
  }

  /** An account of somebody who is only found by others, and has no device. */
  async add(name: string, shownName: string): Promise<void> {
    const auth = { type: "m.login.dummy" };
    const wish = { username: name, password: "seven cups of tea", auth };
    const { user_id, access_token } = await this.ask("POST", "register", wish);
    const path = `profile/${encodeURIComponent(user_id ?? "")}/displayname`;
    await this.ask("PUT", path, { displayname: shownName }, access_token);
  }

  private async ask(
    method: string,
    path: string,
    body: object,
    token = "",
  ): Promise<Record<string, string>> {
    const answer = await fetch(`${this.url}/_matrix/client/v3/${path}`, {
      method,
      headers: token ? { Authorization: `Bearer ${token}` } : {},
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(await answer.text());
    return (await answer.json()) as Record<string, string>;
  }

  /** The server ends; its data stays. */
  async down(): Promise<void> {
    const { process } = this;
    this.process = null;
    if (!process || process.exitCode !== null) return;
    const ended = new Promise((done) => process.once("exit", done));
    process.kill("SIGTERM");
    const late = setTimeout(() => process.kill("SIGKILL"), STOPPED_WITHIN_MS);
    await ended;
    clearTimeout(late);
  }

  async end(): Promise<void> {
    await this.down();
    await rm(this.data, { recursive: true, force: true });
  }

  private async ready(): Promise<void> {
    const until = Date.now() + READY_WITHIN_MS;
    while (Date.now() < until) {
      const answer = await fetch(`${this.url}/_matrix/client/versions`).catch(() => null);
      if (answer?.ok) return;
      if (this.process?.exitCode !== null) break;
      await new Promise((done) => setTimeout(done, 50));
    }
    throw new Error(`the server did not come up:\n${this.output}`);
  }
}
