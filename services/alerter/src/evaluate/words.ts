/** Durations and labels as people read them in a message; values are the protocol's business. */

/** `45 s`, `12 min`, `3.5 h`, `2.1 d` @param ms may be infinite */
export function durationWords(ms: number): string {
  if (!Number.isFinite(ms)) return 'ever'
  if (ms < 90_000) return `${Math.round(ms / 1_000)} s`
  if (ms < 5_400_000) return `${Math.round(ms / 60_000)} min`
  if (ms < 172_800_000) return `${Number((ms / 3_600_000).toFixed(1))} h`
  return `${Number((ms / 86_400_000).toFixed(1))} d`
}

/** `disk=sda, mode=user` */
export const labelWords = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ')
