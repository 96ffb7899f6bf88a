import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const SRC = resolve(import.meta.dirname, "../..");
const TOKENS = readFileSync(join(SRC, "ui/tokens.css"), "utf8");
const ENOUGH = 4.5;

/** The pairs of text and ground that stand on the screen. */
const PAIRS = [
  ["ink", "paper"],
  ["ink", "surface"],
  ["ink", "tea-soft"],
  ["ink", "seal-soft"],
  ["muted", "paper"],
  ["muted", "surface"],
  ["muted", "tea-soft"],
  ["tea", "paper"],
  ["tea", "surface"],
  ["tea", "tea-soft"],
  ["seal", "paper"],
  ["seal", "surface"],
  ["link", "surface"],
  ["link", "tea-soft"],
  ["amber", "paper"],
  ["on-tea", "tea"],
  ["on-seal", "seal"],
] as const;

function colour(name: string, theme: 0 | 1): string {
  const match = new RegExp(`--${name}: light-dark\\((#\\w{6}), (#\\w{6})\\)`).exec(TOKENS);
  return match?.[theme + 1] ?? "";
}

function luminance(hex: string): number {
  const parts = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
  const [r = 0, g = 0, b = 0] = parts.map((c) =>
    c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** WCAG 2.2, "contrast ratio". */
function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

describe("colours", () => {
  for (const [theme, name] of [
    [0, "light"],
    [1, "dark"],
  ] as const) {
    it(`can be read in the ${name} theme`, () => {
      for (const [text, ground] of PAIRS) {
        const ratio = contrast(colour(text, theme), colour(ground, theme));
        expect(ratio, `${text} on ${ground}`).toBeGreaterThanOrEqual(ENOUGH);
      }
    });
  }

  it("have names: no style but the tokens says a colour, and none a gradient", () => {
    const styles = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter(
      (name) => name.endsWith(".css") && !name.endsWith("tokens.css"),
    );
    expect(styles.length).toBeGreaterThan(20);
    for (const name of styles) {
      const text = readFileSync(join(SRC, name), "utf8");
      expect(text, name).not.toMatch(/#[0-9a-f]{3,8}\b|rgb\(|hsl\(|gradient\(|backdrop-filter/i);
    }
  });

  it("of the browser's own bar are those of the paper", () => {
    const page = readFileSync(join(SRC, "../index.html"), "utf8");
    const bars = [...page.matchAll(/name="theme-color".*content="(#\w{6})"/g)];
    const papers = [colour("paper", 0), colour("paper", 1)];
    expect(bars.map(([, hex]) => hex?.toLowerCase())).toEqual(papers);
  });
});
