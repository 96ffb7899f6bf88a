import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { en } from "../i18n/en";
import { zhCN } from "../i18n/zh-CN";

const SRC = resolve(import.meta.dirname, "../..");
const READ_ALOUD = ["aria-label", "label", "title", "placeholder", "alt", "text", "hint", "submit"];
/** These are for builders, or named in themselves so that whoever is lost finds the way back. */
const EXEMPT = ["features/me/LookPage.tsx", "features/parts/PartsPage.tsx"];

type Tree = { [key: string]: string | Tree };

function keys(tree: Tree, path = ""): string[] {
  return Object.entries(tree).flatMap(([name, value]) =>
    typeof value === "string" ? [`${path}${name}`] : keys(value, `${path}${name}.`),
  );
}

function values(tree: Tree): [string, string][] {
  const at = (path: string) =>
    path.split(".").reduce<string | Tree>((node, key) => (node as Tree)[key] ?? "", tree) as string;
  return keys(tree).map((path) => [path, at(path)]);
}

const holes = (text: string) => [...text.matchAll(/{{(\w+)}}/g)].map((hole) => hole[1]).sort();

function sayings(source: ts.SourceFile): string[] {
  const found: string[] = [];
  const hasWords = (text: string) => /[\p{L}]{2,}/u.test(text);
  const visit = (node: ts.Node) => {
    if (ts.isJsxText(node) && hasWords(node.text)) found.push(node.text.trim());
    if (ts.isJsxAttribute(node) && READ_ALOUD.includes(node.name.getText(source))) {
      const { initializer } = node;
      if (initializer && ts.isStringLiteral(initializer) && hasWords(initializer.text)) {
        found.push(initializer.text);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const parse = (name: string, text: string) =>
  ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);

describe("the catalogue", () => {
  it("has every key in both languages, with the plurals that each language has", () => {
    const chinese = new Set(keys(zhCN as Tree));
    const english = new Set(keys(en));
    expect([...english].filter((key) => !key.endsWith("_one") && !chinese.has(key))).toEqual([]);
    expect([...chinese].filter((key) => !english.has(key))).toEqual([]);
    const plurals = [...english].filter((key) => key.endsWith("_other"));
    expect(plurals.length).toBeGreaterThan(0);
    expect(plurals.filter((key) => !english.has(key.replace("_other", "_one")))).toEqual([]);
  });

  it("has the same holes in both languages", () => {
    const chinese = new Map(values(zhCN as Tree));
    const shared = values(en).filter(([key]) => chinese.has(key));
    const wrong = shared.filter(([key, text]) => {
      const other = holes(chinese.get(key) ?? "");
      return other.join() !== holes(text).join();
    });
    expect(wrong.map(([key]) => key)).toEqual([]);
  });

  it("leaves nothing empty and nothing in the other language", () => {
    for (const [key, text] of values(en)) {
      expect(text.trim(), key).not.toBe("");
      expect(text, key).not.toMatch(/\p{Script=Han}/u);
    }
    for (const [key, text] of values(zhCN as Tree)) expect(text.trim(), key).not.toBe("");
  });

  it("never says what only engineers say", () => {
    const engineers =
      /session|device key|homeserver|\bevents?\b|\bsync|会话|设备密钥|服务器|同步|事件/i;
    for (const [key, text] of [...values(en), ...values(zhCN as Tree)]) {
      expect(text, key).not.toMatch(engineers);
    }
  });

  it("has every key that is asked for, and no key that nobody asks for", () => {
    const code = sources()
      .map(({ text }) => text)
      .join("\n");
    const asked = new Set([...code.matchAll(/"([a-z]\w*\.\w+)"/gi)].map((match) => match[1]));
    const made = /^(notice)\./;
    const known = keys(en).map((key) => key.replace(/_(one|other)$/, ""));
    expect(known.filter((key) => !asked.has(key) && !made.test(key))).toEqual([]);
  });
});

function sources(): { name: string; text: string }[] {
  const all = readdirSync(SRC, { recursive: true, encoding: "utf8" });
  return all
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\./.test(name) && !name.includes("i18n/"))
    .map((name) => ({ name, text: readFileSync(join(SRC, name), "utf8") }));
}

describe("the pages", () => {
  it("say nothing that is not in the catalogue", () => {
    const said = sources()
      .filter(({ name }) => name.endsWith(".tsx") && !EXEMPT.includes(name))
      .flatMap(({ name, text }) => sayings(parse(name, text)).map((words) => `${name}: ${words}`));
    expect(said).toEqual([]);
  });

  it("would be caught if they did", () => {
    expect(sayings(parse("x.tsx", "<p>Hello there</p>"))).toEqual(["Hello there"]);
    expect(sayings(parse("x.tsx", '<Button label="发送" />'))).toEqual(["发送"]);
    expect(sayings(parse("x.tsx", "<p>{t('chat.send')}</p>"))).toEqual([]);
  });
});
