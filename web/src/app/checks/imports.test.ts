import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const SRC = resolve(import.meta.dirname, "../..");

/** Who may import whom; a layer may always import itself. `main.tsx` starts the app and is part of it. */
const MAY: Record<string, string[]> = {
  app: ["features", "matrix", "ui", "kit"],
  features: ["matrix", "ui", "kit"],
  matrix: ["kit"],
  ui: ["kit"],
  kit: [],
};

interface Import {
  from: string;
  to: string;
}

function files(): string[] {
  const all = readdirSync(SRC, { recursive: true, encoding: "utf8" });
  return all.filter((name) => /\.tsx?$/.test(name)).map((name) => join(SRC, name));
}

function layerOf(path: string): string {
  const first = relative(SRC, path).split("/")[0] ?? "";
  return first.startsWith("main") ? "app" : first;
}

function importsOf(path: string): string[] {
  const found = readFileSync(path, "utf8").matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g);
  return [...found].map((match) => match[1] ?? "");
}

function between(): Import[] {
  return files().flatMap((path) =>
    importsOf(path)
      .filter((name) => name.startsWith("@/") || name.startsWith("."))
      .map((name) => (name.startsWith("@/") ? join(SRC, name.slice(2)) : join(dirname(path), name)))
      .map((target) => ({ from: path, to: target })),
  );
}

function forbidden({ from, to }: Import): boolean {
  const [layer, target] = [layerOf(from), layerOf(to)];
  return layer !== target && !MAY[layer]?.includes(target);
}

describe("imports", () => {
  it("go app -> features -> {matrix, ui} -> kit, never back", () => {
    const all = between();
    expect(all.length).toBeGreaterThan(100);
    const wrong = all.filter(forbidden);
    expect(wrong.map(({ from, to }) => `${relative(SRC, from)} -> ${relative(SRC, to)}`)).toEqual(
      [],
    );
  });

  it("back is refused", () => {
    const at = (path: string) => join(SRC, path);
    expect(forbidden({ from: at("kit/signal.ts"), to: at("ui/Button") })).toBe(true);
    expect(forbidden({ from: at("matrix/people.ts"), to: at("ui/Button") })).toBe(true);
    expect(forbidden({ from: at("features/chat/rows.ts"), to: at("app/App") })).toBe(true);
    expect(forbidden({ from: at("features/chat/rows.ts"), to: at("kit/format") })).toBe(false);
  });

  it("the layer of the SDK knows no React component", () => {
    const inMatrix = files().filter((path) => layerOf(path) === "matrix");
    const withReact = inMatrix.filter((path) =>
      importsOf(path).some((name) => name.startsWith("react")),
    );
    expect(withReact).toEqual([]);
  });
});
