/** A time as remarks show it. */

/** `2026-11-25 14:05 UTC` @param time epoch ms */
export const timeWords = (time: number): string =>
  `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`
