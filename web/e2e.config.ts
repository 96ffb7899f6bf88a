import { defineConfig } from "@playwright/test";
import { chromiumLaunch } from "../tests/e2e/chromium.ts";

/** Browser journeys against a server of their own; `npm run build` comes first. */
export default defineConfig({
  testDir: "../tests/e2e",
  outputDir: "../tests/e2e/results",
  fullyParallel: false,
  workers: 2,
  // Two browsers and a server on two cores: a file that fails is tried once more, and told as flaky.
  retries: 1,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: [["list"]],
  use: { launchOptions: chromiumLaunch(), locale: "en", actionTimeout: 20_000 },
  projects: [
    { name: "journeys", testMatch: "**/*.test.ts" },
    { name: "screenshots", testMatch: "**/screenshots.ts" },
  ],
});
