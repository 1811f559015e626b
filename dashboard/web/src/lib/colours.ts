/** The design tokens, read once for a canvas; a canvas draws again when they change. */

export interface Colours {
  ink: string;
  quiet: string;
  line: string;
  green: string;
  band: string;
  rust: string;
  gap: string;
  card: string;
  edge: string;
}

const NAMES: (keyof Colours)[] = ["ink", "quiet", "line", "green", "band", "rust", "gap", "card", "edge"];

export function colours(): Colours {
  const style = getComputedStyle(document.documentElement);
  const entries = NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]);
  return Object.fromEntries(entries) as Colours;
}

/** Calls back when light turns dark, and once the font has come. */
export function onScheme(changed: () => void): () => void {
  if (document.fonts.status === "loading") void document.fonts.ready.then(changed);
  const query = window.matchMedia("(prefers-color-scheme: dark)");
  query.addEventListener("change", changed);
  return () => query.removeEventListener("change", changed);
}

export const FONT = '12px "Inter", system-ui, sans-serif';

/** "Simulated" across a chart, so that no picture of another heart passes for yours right now. */
export function watermark(ctx: CanvasRenderingContext2D, text: string, box: DOMRect | Box, colour: string): void {
  ctx.save();
  ctx.globalAlpha = 0.2;
  ctx.fillStyle = colour;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.font = `600 ${Math.round(Math.min(box.height / 5, box.width / 9))}px "Inter", system-ui, sans-serif`;
  ctx.fillText(text, box.left + box.width / 2, box.top + box.height / 2);
  ctx.restore();
}

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}
