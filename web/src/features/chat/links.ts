import { tokenize } from "linkifyjs";

/** Only these lead somewhere; `javascript:` and the like stay text. */
const SAFE = /^(https?:|mailto:)/i;

export interface Piece {
  text: string;
  href: string | null;
}

/** Where the links of a text lead. */
export function linksOf(text: string): string[] {
  return piecesOf(text).flatMap(({ href }) => (href ? [href] : []));
}

/** A text in pieces that are links or are not; together they are the text. */
export function piecesOf(text: string): Piece[] {
  return tokenize(text).map((token) => {
    const href = token.isLink ? token.toHref("https") : null;
    return { text: token.toString(), href: href && SAFE.test(href) ? href : null };
  });
}
