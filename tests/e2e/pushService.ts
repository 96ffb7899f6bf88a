import { createDecipheriv, createECDH, type ECDH, hkdfSync, randomBytes } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { BrowserContext, CDPSession, Page } from "@playwright/test";

/** What a page is given in place of a real subscription: headless browsers have no push service. */
interface Keys {
  endpoint: string;
  p256dh: number[];
  auth: number[];
}

/**
 * Takes the place of the browser vendor's push service: receives what the server sends, decrypts it
 * with the subscription's own keys (RFC 8291), as the browser would, and hands it to the service worker.
 */
export class PushService {
  readonly received: Record<string, unknown>[] = [];
  private cdp: CDPSession | null = null;
  private registrationId = "";

  private constructor(
    private readonly http: Server,
    private readonly keys: ECDH,
    private readonly auth: Buffer,
  ) {}

  static async start(): Promise<PushService> {
    const keys = createECDH("prime256v1");
    keys.generateKeys();
    let service: PushService | null = null;
    const http = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      response.writeHead(201).end();
      await service?.take(Buffer.concat(chunks));
    });
    await new Promise<void>((done) => http.listen(0, "127.0.0.1", done));
    service = new PushService(http, keys, randomBytes(16));
    return service;
  }

  end(): void {
    this.http.close();
  }

  /** Before a page of the context is opened. */
  async lendTo(context: BrowserContext): Promise<void> {
    const { port } = this.http.address() as AddressInfo;
    const keys: Keys = {
      endpoint: `http://127.0.0.1:${port}/1`,
      p256dh: [...this.keys.getPublicKey()],
      auth: [...this.auth],
    };
    await context.addInitScript(lend, keys);
  }

  /** From now on what arrives reaches the service worker of the page. */
  async connect(page: Page, origin: string): Promise<void> {
    const cdp = await page.context().newCDPSession(page);
    const found = new Promise<string>((done) => {
      cdp.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
        const ours = registrations.find((one) => one.scopeURL.startsWith(origin));
        if (ours) done(ours.registrationId);
      });
    });
    await cdp.send("ServiceWorker.enable");
    this.registrationId = await found;
    this.cdp = cdp;
    this.origin = origin;
  }

  private origin = "";

  private async take(sealed: Buffer): Promise<void> {
    const text = this.opened(sealed);
    this.received.push(JSON.parse(text) as Record<string, unknown>);
    await this.deliver(text);
  }

  async deliver(data: string): Promise<void> {
    const { origin, registrationId } = this;
    await this.cdp?.send("ServiceWorker.deliverPushMessage", { origin, registrationId, data });
  }

  private opened(sealed: Buffer): string {
    const salt = sealed.subarray(0, 16);
    const idLength = sealed.readUInt8(20);
    const sender = sealed.subarray(21, 21 + idLength);
    const body = sealed.subarray(21 + idLength);
    const derive = (secret: Buffer, from: Buffer, info: Buffer, length: number) =>
      Buffer.from(hkdfSync("sha256", secret, from, info, length));
    const both = Buffer.concat([Buffer.from("WebPush: info\0"), this.keys.getPublicKey(), sender]);
    const secret = derive(this.keys.computeSecret(sender), this.auth, both, 32);
    const key = derive(secret, salt, Buffer.from("Content-Encoding: aes128gcm\0"), 16);
    const nonce = derive(secret, salt, Buffer.from("Content-Encoding: nonce\0"), 12);
    const decipher = createDecipheriv("aes-128-gcm", key, nonce);
    decipher.setAuthTag(body.subarray(-16));
    const padded = Buffer.concat([decipher.update(body.subarray(0, -16)), decipher.final()]);
    return padded.subarray(0, padded.lastIndexOf(2)).toString();
  }
}

/** Runs in the page. Whether it is subscribed outlives a reload, as in a browser. */
function lend({ endpoint, p256dh, auth }: Keys): void {
  const PLACE = "lent-subscription";
  const bytes = (values: number[]) => Uint8Array.from(values).buffer;
  const made = (serverKey: number[]) => ({
    endpoint,
    options: { userVisibleOnly: true, applicationServerKey: bytes(serverKey) },
    getKey: (name: string) => bytes(name === "auth" ? auth : p256dh),
    unsubscribe: async () => {
      localStorage.removeItem(PLACE);
      return true;
    },
  });
  const lent = {
    subscribe: async (options: { applicationServerKey: Uint8Array }) => {
      const serverKey = [...options.applicationServerKey];
      localStorage.setItem(PLACE, JSON.stringify(serverKey));
      return made(serverKey);
    },
    getSubscription: async () => {
      const serverKey = localStorage.getItem(PLACE);
      return serverKey ? made(JSON.parse(serverKey) as number[]) : null;
    },
  };
  Object.assign(PushManager.prototype, lent);
}
