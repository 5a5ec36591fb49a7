/** Samples as they come, in the buckets that follow those of a loaded picture. */
import type { LiveSample } from '../api/live.ts'

export interface Buckets {
  /** Ascending, epoch ms; one without a sample is among them where a later one has some. */
  starts: number[]
  /** Null where nothing came. */
  meanOf(start: number, name: string): number | null
}

/**
 * @param last when the newest bucket began that was loaded: what lies in it is left out
 * @param nameOf what samples are put together by; undefined for those that are left out
 */
export function bucketed(
  samples: readonly LiveSample[],
  step: number,
  last: number,
  nameOf: (sample: LiveSample) => string | undefined
): Buckets {
  const means = new Map<number, Map<string, { sum: number; count: number }>>()
  for (const sample of samples) {
    const start = Math.floor(sample.time / step) * step
    const name = start > last ? nameOf(sample) : undefined
    if (name === undefined) continue
    const bucket = means.get(start) ?? new Map<string, { sum: number; count: number }>()
    means.set(start, bucket)
    const { sum, count } = bucket.get(name) ?? { sum: 0, count: 0 }
    bucket.set(name, { sum: sum + sample.value, count: count + 1 })
  }
  const starts: number[] = []
  for (let start = last + step; start <= Math.max(...means.keys()); start += step) starts.push(start)
  return {
    starts,
    meanOf(start, name) {
      const mean = means.get(start)?.get(name)
      return mean ? mean.sum / mean.count : null
    }
  }
}
