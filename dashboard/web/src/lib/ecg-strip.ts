/** Draws the ECG strip on its own canvas. */

import { watermark, type Colours } from "./colours";
import { points, seconds } from "./ecg";
import type { EcgSlice } from "./wire";

const EDGE = 6;

export function drawEcg(canvas: HTMLCanvasElement, ecg: EcgSlice, colours: Colours, simulated: string | null): void {
  const ctx = canvas.getContext("2d");
  if (ctx === null) return;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  canvas.width = Math.round(width * devicePixelRatio);
  canvas.height = Math.round(height * devicePixelRatio);
  ctx.scale(devicePixelRatio, devicePixelRatio);
  ctx.strokeStyle = colours.line;
  for (const x of seconds(width)) stroke(ctx, [[x, 0], [x, height]], 1);
  if (simulated !== null) watermark(ctx, simulated, { left: 0, top: 0, width, height }, colours.quiet);
  ctx.strokeStyle = colours.green;
  ctx.lineJoin = "round";
  stroke(ctx, points(ecg, width, height - 2 * EDGE).map(([x, y]) => [x, y + EDGE]), 1.5);
}

function stroke(ctx: CanvasRenderingContext2D, line: [number, number][], wide: number): void {
  ctx.lineWidth = wide;
  ctx.beginPath();
  for (const [x, y] of line) ctx.lineTo(x, y);
  ctx.stroke();
}
