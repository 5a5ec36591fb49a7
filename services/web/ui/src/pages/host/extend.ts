/** Joins samples as they come to a picture that was loaded before: the charts go on without asking for all of it again. */
import type { Labels } from '@miniobserv/protocol'
import type { LiveSample } from '../../api/live.ts'
import type { Picture } from '../../charts/picture.ts'

interface Chart {
  /** The line that a sample of a series belongs to; undefined for none. */
  lineOf(metric: string, labels: Labels): string | undefined
}

interface Mean {
  sum: number
  count: number
}

/**
 * Buckets that were loaded stay as they are; a bucket that began after the newest of them is the mean of what came.
 * @param now the new end of the picture, epoch ms
 */
export function extended(
  picture: Picture,
  { lineOf }: Chart,
  samples: readonly LiveSample[],
  now: number
): Picture {
  const { step } = picture
  const last = (picture.times.at(-1) ?? 0) * 1000
  const moved = { ...picture, from: picture.from + now - picture.to, to: now }
  if (step <= 0 || last === 0) return picture
  const buckets = new Map<number, Map<string, Mean>>()
  for (const { metric, labels, time, value } of samples) {
    const start = Math.floor(time / step) * step
    const name = start > last ? lineOf(metric, labels) : undefined
    if (name === undefined) continue
    const bucket = buckets.get(start) ?? new Map<string, Mean>()
    buckets.set(start, bucket)
    const { sum, count } = bucket.get(name) ?? { sum: 0, count: 0 }
    bucket.set(name, { sum: sum + value, count: count + 1 })
  }
  if (buckets.size === 0) return moved
  // A bucket in between without a sample is a gap.
  const starts: number[] = []
  for (let start = last + step; start <= Math.max(...buckets.keys()); start += step) starts.push(start)
  const meanOf = (start: number, name: string) => {
    const mean = buckets.get(start)?.get(name)
    return mean ? mean.sum / mean.count : null
  }
  return {
    ...moved,
    times: [...picture.times, ...starts.map((start) => start / 1000)],
    lines: picture.lines.map((line) => ({
      ...line,
      values: [...line.values, ...starts.map((start) => meanOf(start, line.name))]
    }))
  }
}
