/** Columns for a chart whose line never crosses what is missing. */

export type Column = (number | null)[];

/** A jump in the times is a gap, too: an empty row keeps the line from crossing it. */
export function withBreaks(times: number[], columns: Column[]): [number[], ...Column[]] {
  const step = smallestStep(times);
  const at: number[] = [];
  const rows: Column[] = columns.map(() => []);
  times.forEach((now, i) => {
    const before = times[i - 1];
    if (before !== undefined && now - before > 2.5 * step) {
      at.push(before + step);
      for (const row of rows) row.push(null);
    }
    at.push(now);
    rows.forEach((row, c) => row.push(columns[c]?.[i] ?? null));
  });
  return [at, ...rows];
}

function smallestStep(times: number[]): number {
  let least = Infinity;
  for (let i = 1; i < times.length; i += 1) least = Math.min(least, (times[i] ?? 0) - (times[i - 1] ?? 0));
  return Math.max(least, 1);
}
