/** Durations as rules write them. */

const MS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `30s`, `5m`, `1.5h`, `7d`, as their schema has let them through. @returns ms */
export const durationMs = (text: string): number =>
  Math.round(Number(text.slice(0, -1)) * (MS[text.slice(-1)] as number))
