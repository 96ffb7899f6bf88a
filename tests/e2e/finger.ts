import type { CDPSession, Page } from "@playwright/test";

const STEPS = 8;

export interface Spot {
  x: number;
  y: number;
  /** Which finger, when there are several. */
  id?: number;
}

/** A finger on a touch screen, told to the browser as its own driver would tell it. */
export class Finger {
  private constructor(private readonly screen: CDPSession) {}

  static async on(page: Page): Promise<Finger> {
    return new Finger(await page.context().newCDPSession(page));
  }

  async down(at: Spot): Promise<void> {
    await this.touch("touchStart", [at]);
  }

  async move(from: Spot, to: Spot): Promise<void> {
    for (let step = 1; step <= STEPS; step++) {
      const share = step / STEPS;
      const x = from.x + (to.x - from.x) * share;
      const y = from.y + (to.y - from.y) * share;
      await this.touch("touchMove", [{ x, y }]);
    }
  }

  /** Two fingers, so far from each other, go apart or together. */
  async pinch({ x, y }: Spot, fromPx: number, toPx: number): Promise<void> {
    const at = (px: number) => [
      { x: x - px / 2, y, id: 0 },
      { x: x + px / 2, y, id: 1 },
    ];
    await this.touch("touchStart", at(fromPx));
    for (let step = 1; step <= STEPS; step++)
      await this.touch("touchMove", at(fromPx + ((toPx - fromPx) * step) / STEPS));
    await this.up();
  }

  async up(): Promise<void> {
    await this.touch("touchEnd", []);
  }

  private async touch(type: "touchStart" | "touchMove" | "touchEnd", touchPoints: Spot[]) {
    await this.screen.send("Input.dispatchTouchEvent", { type, touchPoints });
  }
}
