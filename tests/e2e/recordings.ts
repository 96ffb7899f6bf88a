import type { Page } from "@playwright/test";

const RATE_HZ = 8_000;
const PCM = 1;

/** Steam over a cup, as a browser records it: without a word on how long it is. */
export async function teaVideo(page: Page): Promise<Buffer> {
  const base64 = await page.evaluate(async () => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [960, 540];
    const pen = canvas.getContext("2d");
    if (!pen) throw new Error("no canvas");
    let frame = 0;
    const draw = () => {
      frame += 1;
      pen.fillStyle = "hsl(85 30% 84%)";
      pen.fillRect(0, 0, 960, 540);
      pen.fillStyle = "hsl(85 30% 42%)";
      pen.fillRect(0, 400, 960, 140);
      pen.fillStyle = "hsl(40 30% 96%)";
      pen.beginPath();
      pen.ellipse(480, 330, 170, 150, 0, 0, Math.PI);
      pen.fill();
      for (const at of [430, 480, 530]) {
        pen.beginPath();
        pen.ellipse(at, 250 - ((frame * 3 + at) % 90), 9, 26, 0, 0, Math.PI * 2);
        pen.fill();
      }
    };
    draw();
    const recorder = new MediaRecorder(canvas.captureStream(20), { mimeType: "video/webm" });
    const parts: Blob[] = [];
    // A busy machine takes its time to begin: what counts is how much was recorded.
    const recorded = new Promise<void>((resolve) => {
      recorder.ondataavailable = ({ data }) => {
        if (data.size > 0) parts.push(data);
        if (parts.length > 15) resolve();
      };
    });
    const done = new Promise((resolve) => {
      recorder.onstop = resolve;
    });
    recorder.start(100);
    const drawing = setInterval(draw, 50);
    await recorded;
    clearInterval(drawing);
    recorder.stop();
    await done;
    const url = await new Promise<string>((resolve) => {
      const reader = new FileReader();
      reader.onload = () => resolve(String(reader.result));
      reader.readAsDataURL(new Blob(parts));
    });
    return url.slice(url.indexOf(",") + 1);
  });
  return Buffer.from(base64, "base64");
}

/** A bell, as a WAV file. */
export function bell(seconds: number): Buffer {
  const samples = Buffer.alloc(seconds * RATE_HZ * 2);
  for (let at = 0; at < seconds * RATE_HZ; at++) {
    const tone = Math.sin((at / RATE_HZ) * 2 * Math.PI * 440) * Math.exp(-at / RATE_HZ);
    samples.writeInt16LE(Math.round(tone * 8_000), at * 2);
  }
  const head = Buffer.alloc(44);
  head.write("RIFF", 0);
  head.writeUInt32LE(36 + samples.length, 4);
  head.write("WAVEfmt ", 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(PCM, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(RATE_HZ, 24);
  head.writeUInt32LE(RATE_HZ * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write("data", 36);
  head.writeUInt32LE(samples.length, 40);
  return Buffer.concat([head, samples]);
}
