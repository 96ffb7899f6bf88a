/** What a paste or a drop brings. */
export interface Brought {
  text: string;
  files: readonly File[];
}

/**
 * The files that a paste is about; none when it is about its words: cells of a spreadsheet bring a
 * picture of themselves, too. Beside copied files some systems put their names.
 */
export function filesOf({ text, files }: Brought): File[] {
  const names = files.map(({ name }) => name);
  const lines = text.split(/[\r\n]+/).filter((line) => line.trim() !== "");
  return lines.every((line) => names.includes(lastPart(line))) ? [...files] : [];
}

function lastPart(path: string): string {
  return path.trim().split(/[/\\]/).at(-1) ?? "";
}
