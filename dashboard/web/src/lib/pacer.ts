/** The breathing circle on its own canvas. */

import type { Colours } from "./colours";

const SMALLEST = 0.46;

export function drawBreath(canvas: HTMLCanvasElement, fill: number, colours: Colours): void {
  const ctx = canvas.getContext("2d");
  if (ctx === null) return;
  const size = Math.round(canvas.clientWidth * devicePixelRatio);
  if (canvas.width !== size) canvas.width = canvas.height = size;
  const middle = size / 2;
  const most = middle - 4 * devicePixelRatio;
  ctx.clearRect(0, 0, size, size);
  disc(ctx, middle, most, colours.band, 0.55);
  disc(ctx, middle, most * (SMALLEST + (1 - SMALLEST) * fill), colours.band, 1);
  ctx.strokeStyle = colours.green;
  ctx.lineWidth = 2.5 * devicePixelRatio;
  ctx.stroke();
}

function disc(ctx: CanvasRenderingContext2D, middle: number, radius: number, colour: string, alpha: number): void {
  ctx.beginPath();
  ctx.arc(middle, middle, radius, 0, 2 * Math.PI);
  ctx.globalAlpha = alpha;
  ctx.fillStyle = colour;
  ctx.fill();
  ctx.globalAlpha = 1;
}
