import { accessSync, constants, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

function runnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** What `playwright install chromium` leaves, newest first. */
function playwrightsOwn(): string[] {
  const cache = process.env.PLAYWRIGHT_BROWSERS_PATH ?? join(homedir(), ".cache", "ms-playwright");
  try {
    const builds = readdirSync(cache).filter((name) => name.startsWith("chromium-"));
    const places = ["chrome-linux", "chrome-linux64"];
    return builds
      .sort()
      .reverse()
      .flatMap((build) => places.map((p) => join(cache, build, p, "chrome")));
  } catch {
    return [];
  }
}

/** The browser to test with: the one named in CHROMIUM, one that is installed, else Playwright's own. */
export function findChromium(): string | undefined {
  const { CHROMIUM, PATH = "" } = process.env;
  if (CHROMIUM) return CHROMIUM;
  const folders = ["/usr/bin", ...PATH.split(delimiter)];
  const installed = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...installed, ...playwrightsOwn()].find(runnable);
}

export function chromiumLaunch() {
  return { executablePath: findChromium(), args: FLAGS };
}
