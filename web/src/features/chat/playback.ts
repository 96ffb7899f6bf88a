import type { SyntheticEvent } from "react";

/** What begins to play silences the rest. */
export function aloneIn({ currentTarget }: SyntheticEvent<HTMLMediaElement>): void {
  for (const player of document.querySelectorAll<HTMLMediaElement>("audio, video"))
    if (player !== currentTarget) player.pause();
}
