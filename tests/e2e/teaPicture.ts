import type { Page } from "@playwright/test";

const WIDTH = 1600;
const HEIGHT = 1100;

/** A picture large enough to get a thumbnail, drawn by the browser: a cup on a table. */
export async function teaPicture(page: Page, hue: number): Promise<Buffer> {
  const base64 = await page.evaluate(
    ([width, height, tone]) => {
      const canvas = document.createElement("canvas");
      canvas.width = width;
      canvas.height = height;
      const pen = canvas.getContext("2d");
      if (!pen) throw new Error("no canvas");
      const fill = (colour: string, draw: () => void) => {
        pen.fillStyle = colour;
        pen.beginPath();
        draw();
        pen.fill();
      };
      fill(`hsl(${tone} 35% 82%)`, () => pen.rect(0, 0, width, height));
      fill(`hsl(${tone} 30% 42%)`, () => pen.rect(0, height * 0.68, width, height));
      fill("hsl(40 30% 96%)", () => pen.ellipse(width / 2, height * 0.55, 330, 300, 0, 0, Math.PI));
      fill("hsl(40 20% 88%)", () =>
        pen.ellipse(width / 2, height * 0.55, 330, 80, 0, 0, Math.PI * 2),
      );
      fill(`hsl(${tone} 55% 38%)`, () =>
        pen.ellipse(width / 2, height * 0.56, 285, 58, 0, 0, Math.PI * 2),
      );
      fill("hsl(40 20% 90%)", () =>
        pen.ellipse(width / 2, height * 0.86, 420, 60, 0, 0, Math.PI * 2),
      );
      return canvas.toDataURL("image/png").split(",")[1] ?? "";
    },
    [WIDTH, HEIGHT, hue] as const,
  );
  return Buffer.from(base64, "base64");
}
