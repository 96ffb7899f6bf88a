import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** The files under a folder that contain a text: as it is, or with its non-ASCII letters escaped as in JSON. */
export async function findInFolder(folder: string, text: string): Promise<string[]> {
  const escaped = text.replace(
    /[\u0080-\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  const needles = [text, escaped].map((form) => Buffer.from(form, "utf8"));
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFile(path);
    if (needles.some((needle) => bytes.includes(needle))) found.push(path);
  }
  return found;
}
