// Writes a .br and a .gz beside each file of a built web app that gets smaller by it.
// Usage: node tools/compress.mjs FOLDER

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const KINDS = new Set([".html", ".js", ".css", ".svg", ".json", ".webmanifest", ".wasm", ".txt"]);
const SMALLEST_BYTES = 1024;
const LARGE_BYTES = 1 << 20;

for (const entry of readdirSync(process.argv[2], { withFileTypes: true, recursive: true })) {
  if (!entry.isFile() || !KINDS.has(extname(entry.name))) continue;
  const path = join(entry.parentPath ?? entry.path, entry.name);
  const bytes = readFileSync(path);
  if (bytes.length < SMALLEST_BYTES) continue;
  // Quality 11 takes half a minute for the crypto library's WASM and saves little over 9.
  const quality = bytes.length > LARGE_BYTES ? 9 : 11;
  const options = {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: quality,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  };
  writeFileSync(`${path}.br`, brotliCompressSync(bytes, options));
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
}
