import { createHash, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { expect, test } from "@playwright/test";
import { accessProblems } from "./axe";
import { Person } from "./person";
import { bell, teaVideo } from "./recordings";
import { TestServer } from "./server";

const BELL_SECONDS = 8;
const GONG_SECONDS = 120;
/** So tall that a few of them leave the list no row of what stood before. */
const LONG = "and so on\n".repeat(60);

let server: TestServer;
let alice: Person;
let bob: Person;
let video: Buffer;

test.describe.configure({ mode: "serial" });

test.beforeAll(async ({ browser }) => {
  server = await TestServer.start();
  alice = await Person.at(browser, server.url, "alice", "Alice");
  bob = await Person.at(browser, server.url, "bob", "Bob");
  await alice.signUp();
  await bob.signUp();
  await alice.findAndGreet("bob");
  await alice.say("look and listen");
  await bob.acceptInvitation();
  await bob.sees("look and listen");
  video = await teaVideo(alice.page);
});

test.afterAll(async () => {
  await server.end();
});

const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
const alone = (text: RegExp) => bob.conversation.getByText(text).last();

test("a video arrives with its picture and length, and plays when it is asked to", async () => {
  await alice.page.getByTestId("pick-picture").setInputFiles({
    name: "steam.webm",
    mimeType: "video/webm",
    buffer: video,
  });
  const { page } = bob;
  await expect(page.getByTestId("poster")).toBeVisible();
  const shape = await page.getByTestId("poster").evaluate((one) => {
    const picture = one as HTMLImageElement;
    return picture.naturalWidth / picture.naturalHeight;
  });
  expect(shape).toBeCloseTo(16 / 9, 1);
  await expect(alone(/^0:\d\d$/)).toBeVisible();
  await expect(page.locator("video")).toHaveCount(0);

  await page.getByRole("button", { name: "Play the video from Alice" }).click();
  const player = page.locator("video");
  await expect
    .poll(() => player.evaluate((one) => (one as HTMLVideoElement).currentTime))
    .toBeGreaterThan(0.2);
  expect(await player.getAttribute("src")).toMatch(/^blob:/);
});

test("what was decrypted to be played is given back when it is left", async () => {
  const { page } = bob;
  const url = (await page.locator("video").getAttribute("src")) ?? "";
  const opens = () =>
    page.evaluate(
      (src) =>
        new Promise<boolean>((resolve) => {
          const probe = document.createElement("video");
          probe.onloadedmetadata = () => resolve(true);
          probe.onerror = () => resolve(false);
          probe.src = src;
        }),
      url,
    );
  expect(await opens()).toBe(true);
  await page.getByRole("link", { name: "Back" }).click();
  await expect(page.getByRole("heading", { name: "Chats" })).toBeVisible();
  await expect.poll(opens).toBe(false);
  await expect(bob.chat("Alice")).toContainText("[Video]");
  await bob.open("Alice");
});

test("it can be saved as it was sent", async () => {
  const { page } = bob;
  const button = page.getByRole("button", { name: "Play the video from Alice" });
  await button.click({ button: "right" });
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("menuitem", { name: "Save" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("steam.webm");
  expect(sha256(await readFile(await download.path()))).toBe(sha256(video));
});

test("what the browser cannot play after all becomes a file to save", async () => {
  const { page } = bob;
  await page.getByRole("button", { name: "Play the video from Alice" }).click();
  await page.locator("video").dispatchEvent("error");
  await expect(page.getByRole("button", { name: "Download steam.webm" })).toBeVisible();
  await expect(bob.conversation.getByText("This browser cannot play it.")).toBeVisible();
});

test("a recording plays, pauses, and goes where one wants", async () => {
  await alice.page.getByTestId("pick-file").setInputFiles({
    name: "bell.wav",
    mimeType: "audio/wav",
    buffer: bell(BELL_SECONDS),
  });
  const { page } = bob;
  const play = page.getByRole("button", { name: "Play bell.wav" });
  await expect(play).toBeVisible();
  await expect(alone(/^0:08$/)).toBeVisible();
  await play.click();
  await expect(page.getByRole("button", { name: "Pause bell.wav" })).toBeVisible();
  await expect(alone(/^0:01 \/ 0:08$/)).toBeVisible();
  await page.getByRole("button", { name: "Pause bell.wav" }).click();
  await page.getByRole("slider", { name: "Place in the recording" }).press("End");
  await expect(alone(/^0:08 \/ 0:08$/)).toBeVisible();
  await page.getByRole("slider", { name: "Place in the recording" }).press("Home");
  await expect(alone(/^0:08$/)).toBeVisible();
});

test("of two only one plays", async () => {
  await alice.page.getByTestId("pick-file").setInputFiles({
    name: "gong.wav",
    mimeType: "audio/wav",
    buffer: bell(GONG_SECONDS),
  });
  const { page } = bob;
  await page.getByRole("button", { name: "Play bell.wav" }).click();
  await expect(page.getByRole("button", { name: "Pause bell.wav" })).toBeVisible();
  await page.getByRole("button", { name: "Play gong.wav" }).click();
  await expect(page.getByRole("button", { name: "Pause gong.wav" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Play bell.wav" })).toBeVisible();
});

test("it plays on out of sight and on other pages, and a bar ends it or leads back", async () => {
  const { page } = bob;
  for (let more = 0; more < 10; more++) await alice.say(LONG);
  const inTheList = bob.conversation.getByText("gong.wav");
  await expect(async () => {
    await bob.conversation.evaluate((box) => box.scrollTo(0, box.scrollHeight));
    await expect(inTheList).toHaveCount(0, { timeout: 300 });
  }).toPass();
  const bar = page.getByRole("region", { name: "Now playing" });
  await expect(bar.getByRole("button", { name: "Pause gong.wav" })).toBeVisible();
  const at = () => page.locator("audio").evaluate((one) => (one as HTMLAudioElement).currentTime);
  const before = await at();
  await expect.poll(at).toBeGreaterThan(before);
  expect(await accessProblems(page)).toEqual([]);
  await bar.getByRole("button", { name: "Show gong.wav" }).click();
  await expect(inTheList).toBeInViewport();
  await expect(bar).toBeHidden();

  await page.getByRole("link", { name: "Back" }).click();
  await bar.getByRole("button", { name: "Pause gong.wav" }).click();
  await bar.getByRole("button", { name: "Play gong.wav" }).click();
  await bar.getByRole("button", { name: "Show gong.wav" }).click();
  await expect(bob.composer).toBeVisible();
  await bar.getByRole("button", { name: "Stop playing" }).click();
  await expect(page.locator("audio")).toHaveCount(0);
  await expect(bar).toBeHidden();
});

test("what only calls itself a video or a recording is sent as a file", async () => {
  for (const [place, name, mimeType] of [
    ["pick-picture", "noise.mp4", "video/mp4"],
    ["pick-file", "noise.mp3", "audio/mpeg"],
  ] as const) {
    await alice.page
      .getByTestId(place)
      .setInputFiles({ name, mimeType, buffer: randomBytes(2_000) });
    await expect(bob.page.getByRole("button", { name: `Download ${name}` })).toBeVisible();
  }
});

test("the browser had nothing to complain about", () => {
  expect(alice.complaints).toEqual([]);
  expect(bob.complaints).toEqual([]);
});
