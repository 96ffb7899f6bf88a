/** How long a recalled text can be written again. */
const LASTS_MS = 5 * 60_000;

export interface Again {
  text: string;
  untilMs: number;
}

/** The words that were recalled on this device: in memory only, for a few minutes. */
export class RecalledWords {
  readonly #words = new Map<string, Again>();

  keep(eventId: string, text: string, nowMs: number): void {
    this.#forgetOld(nowMs);
    this.#words.set(eventId, { text, untilMs: nowMs + LASTS_MS });
  }

  of(eventId: string, nowMs: number): Again | null {
    this.#forgetOld(nowMs);
    return this.#words.get(eventId) ?? null;
  }

  #forgetOld(nowMs: number): void {
    for (const [eventId, { untilMs }] of this.#words)
      if (untilMs <= nowMs) this.#words.delete(eventId);
  }
}
