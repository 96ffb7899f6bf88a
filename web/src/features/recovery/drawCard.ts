import { CUP, LID, SAUCER } from "@/ui/Mark";

const WIDTH = 1080;
const HEIGHT = 680;
const EDGE = 72;
const GROUPS_PER_LINE = 4;
const SANS =
  'ui-sans-serif, system-ui, "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif';
const MONO = 'ui-monospace, "DejaVu Sans Mono", monospace';

interface Words {
  title: string;
  owner: string;
  keep: string;
}

/** The card as a picture. It is always on paper, whatever the theme: it will be printed. */
export async function drawCard(text: string, words: Words): Promise<Blob> {
  const canvas = new OffscreenCanvas(WIDTH, HEIGHT);
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("no 2d canvas");
  const colour = paperColours();
  pen.fillStyle = colour.surface;
  pen.fillRect(0, 0, WIDTH, HEIGHT);
  drawMark(pen, colour.tea);
  write(pen, words.title, EDGE + 100, EDGE + 36, `600 36px ${SANS}`, colour.ink);
  write(pen, words.owner, EDGE + 100, EDGE + 80, `28px ${SANS}`, colour.muted);
  const groups = text.split(" ");
  for (const [index, group] of groups.entries()) {
    const x = EDGE + (index % GROUPS_PER_LINE) * 240;
    const y = 290 + Math.floor(index / GROUPS_PER_LINE) * 84;
    write(pen, group, x, y, `52px ${MONO}`, colour.ink);
  }
  write(pen, words.keep, EDGE, HEIGHT - EDGE, `28px ${SANS}`, colour.muted);
  return canvas.convertToBlob({ type: "image/png" });
}

function write(
  pen: OffscreenCanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  font: string,
  colour: string,
) {
  pen.font = font;
  pen.fillStyle = colour;
  pen.fillText(text, x, y, WIDTH - EDGE - x);
}

function drawMark(pen: OffscreenCanvasRenderingContext2D, colour: string) {
  pen.save();
  pen.translate(EDGE, EDGE);
  pen.scale(2.5, 2.5);
  pen.fillStyle = colour;
  for (const path of [LID, CUP, SAUCER]) pen.fill(new Path2D(path));
  pen.restore();
}

/** The tokens as they are in the light theme. */
function paperColours() {
  const probe = document.createElement("div");
  probe.dataset.theme = "light";
  document.body.append(probe);
  const read = (name: string) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const colours = {
    surface: read("surface"),
    ink: read("ink"),
    muted: read("muted"),
    tea: read("tea"),
  };
  probe.remove();
  return colours;
}
