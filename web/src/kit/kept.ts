/** Something half done that outlives a reload: kept on this device, for a while. */
export class Kept<T> {
  constructor(
    private readonly place: string,
    private readonly lifetimeMs: number,
  ) {}

  get(): T | null {
    try {
      const { until, value } = JSON.parse(localStorage.getItem(this.place) ?? "");
      if (until > Date.now()) return value;
    } catch {
      // Nothing is there, or nothing that can be read.
    }
    this.clear();
    return null;
  }

  set(value: T): void {
    localStorage.setItem(
      this.place,
      JSON.stringify({ until: Date.now() + this.lifetimeMs, value }),
    );
  }

  clear(): void {
    localStorage.removeItem(this.place);
  }
}

/** What was left half done, and is over by now, need not wait for somebody to ask for it. */
export function sweepKept(): void {
  for (const place of Object.keys(localStorage))
    if (place.startsWith("teahouse.") && isOver(localStorage.getItem(place)))
      localStorage.removeItem(place);
}

function isOver(text: string | null): boolean {
  try {
    return JSON.parse(text ?? "").until <= Date.now();
  } catch {
    return false;
  }
}
