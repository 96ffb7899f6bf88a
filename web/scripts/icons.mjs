/**
 * Makes the icons of the app from the mark in src/ui/Mark.tsx: one SVG for tabs, PNGs for phones.
 * Run after a change of the mark (`npm run icons`); what it writes is committed.
 */
import { readFile, writeFile } from "node:fs/promises";
import { chromium } from "playwright-core";

const PUBLIC = new URL("../public/", import.meta.url);
const source = await readFile(new URL("../src/ui/Mark.tsx", import.meta.url), "utf8");
const tokens = await readFile(new URL("../src/ui/tokens.css", import.meta.url), "utf8");

const path = (name) => new RegExp(`export const ${name} =\\s*"([^"]+)"`).exec(source)[1];
const token = (name) =>
  new RegExp(`--${name}: light-dark\\((#\\w+), (#\\w+)\\)`).exec(tokens).slice(1);
const shapes = ["LID", "CUP", "SAUCER"].map((name) => `<path d="${path(name)}"/>`).join("");
const [tea, teaAtNight] = token("tea");
const [paper] = token("paper");

const tabIcon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><style>path{fill:${tea}}@media (prefers-color-scheme:dark){path{fill:${teaAtNight}}}</style>${shapes}</svg>\n`;

/** `share` is how much of the side the mark takes; a maskable icon needs air to be cut round. */
function tile(share) {
  const inset = (32 / share - 32) / 2;
  const side = 32 / share;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${-inset} ${-inset} ${side} ${side}"><rect x="${-inset}" y="${-inset}" width="${side}" height="${side}" fill="${tea}"/><g fill="${paper}">${shapes}</g></svg>`;
}

async function png(page, svg, sidePx) {
  await page.setViewportSize({ width: sidePx, height: sidePx });
  await page.setContent(`<style>*{margin:0}svg{display:block;width:100vw}</style>${svg}`);
  return page.screenshot();
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
const page = await browser.newPage();
await writeFile(new URL("mark.svg", PUBLIC), tabIcon);
await writeFile(new URL("icon-192.png", PUBLIC), await png(page, tile(0.7), 192));
await writeFile(new URL("icon-512.png", PUBLIC), await png(page, tile(0.7), 512));
await writeFile(new URL("icon-maskable-512.png", PUBLIC), await png(page, tile(0.55), 512));
await browser.close();
