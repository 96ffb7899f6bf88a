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
