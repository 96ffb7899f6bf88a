import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const SRC = resolve(import.meta.dirname, "../..");
const MOVES = /\b(transform|translate|rotate|scale|inset|top|left|width|height|margin)[\w-]*:/;
const LESS = "@media (prefers-reduced-motion: reduce)";

function styles(): { name: string; text: string }[] {
  const all = readdirSync(SRC, { recursive: true, encoding: "utf8" });
  return all
    .filter((name) => name.endsWith(".css"))
    .map((name) => ({ name, text: readFileSync(join(SRC, name), "utf8") }));
}

/** Whether an animation moves something, or never ends. */
function needsAnother(text: string): boolean {
  const frames = text.matchAll(/@keyframes[^{]*\{((?:[^{}]*\{[^{}]*\})*)/g);
  return (
    /animation:[^;]*\binfinite\b/.test(text) ||
    [...frames].some(([, body = ""]) => MOVES.test(body))
  );
}

describe("whoever wants less motion", () => {
  it("gets another animation, or none, for each that moves or never ends", () => {
    const found = styles().filter(({ text }) => needsAnother(text));
    expect(found.length).toBeGreaterThan(2);
    expect(found.filter(({ text }) => !text.includes(LESS)).map(({ name }) => name)).toEqual([]);
  });

  it("would be thought of", () => {
    expect(needsAnother("@keyframes a { from { transform: none; } }")).toBe(true);
    expect(needsAnother("a { animation: b 1s infinite; }")).toBe(true);
    expect(needsAnother("@keyframes a { from { opacity: 0; } }")).toBe(false);
  });

  it("still sees what fades: nothing cuts its time", () => {
    for (const { name, text } of styles())
      expect(text, name).not.toMatch(/(animation|transition)-duration:\s*\d*m?s\s*!important/);
  });
});
