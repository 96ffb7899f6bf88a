import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** The files under a folder that contain these bytes, or a text as in `formsOf`. */
export async function findInFolder(folder: string, wanted: string | Buffer): Promise<string[]> {
  const needles = typeof wanted === "string" ? formsOf(wanted) : [wanted];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFile(path);
    if (needles.some((needle) => bytes.includes(needle))) found.push(path);
  }
  return found;
}

/** A text as it is, and with its non-ASCII letters escaped as in JSON. */
function formsOf(text: string): Buffer[] {
  const escaped = text.replace(
    /[\u0080-\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return [text, escaped].map((form) => Buffer.from(form, "utf8"));
}
