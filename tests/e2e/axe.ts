import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "@playwright/test";
import type { AxeResults } from "axe-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe finds wrong with the page as it stands. */
export async function accessProblems(page: Page): Promise<string[]> {
  // Evaluated by the debugger, so that the content security policy of the page stays as it is.
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(AXE);
  // A colour on its way to another is neither of them.
  await page.evaluate(() =>
    Promise.allSettled(
      document
        .getAnimations()
        .filter((one) => one.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY)
        .map((one) => one.finished),
    ),
  );
  const results = await page.evaluate(() => {
    const { axe } = window as unknown as { axe: { run: (context: object) => Promise<AxeResults> } };
    // What React Aria announced stands there for a while, named after a button that may be gone.
    return axe.run({ exclude: ["[data-live-announcer]"] });
  });
  return results.violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary}`).join(" | ")}`,
  );
}
