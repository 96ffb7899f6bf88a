/** How well a name fits what was typed: 0 is best; null is not at all. */
export type Rank = number | null;

/** Capitals, accents and full-width letters make no difference. */
export function fold(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();
}

/** Each of the words that were typed must fit; the worst of them counts. */
export function rank(name: string, typed: string): Rank {
  const folded = fold(name);
  const words = fold(typed).split(/\s+/).filter(Boolean);
  if (folded === words.join(" ")) return 0;
  const ranks = words.map((word) => rankOfWord(folded, word));
  if (ranks.length === 0 || ranks.includes(null)) return null;
  return Math.max(...ranks.map((one) => one ?? 0));
}

function rankOfWord(name: string, word: string): Rank {
  if (name.startsWith(word)) return 1;
  const at = name.indexOf(word);
  if (at > 0 && /[\s\p{P}]/u.test(name[at - 1] ?? "")) return 2;
  // One letter is inside of nearly everything; one character of a Chinese name says much.
  if (at > 0 && (word.length > 1 || HAN.test(word))) return 3;
  return hasInOrder(name, word) ? 4 : null;
}

const HAN = /^\p{Script=Han}+$/u;

/** Chinese names are found by any of their characters: 林兰 finds 林美兰. */
function hasInOrder(name: string, word: string): boolean {
  if (!HAN.test(word) || word.length < 2) return false;
  let from = 0;
  for (const character of word) {
    const at = name.indexOf(character, from);
    if (at < 0) return false;
    from = at + character.length;
  }
  return true;
}

export function best(...ranks: Rank[]): Rank {
  const found = ranks.filter((one) => one !== null);
  return found.length > 0 ? Math.min(...found) : null;
}
