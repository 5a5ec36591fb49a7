/** Joins samples as they come to a picture that was loaded before: the charts go on without asking for all of it again. */
import type { Labels } from '@miniobserv/protocol'
import type { LiveSample } from '../../api/live.ts'
import { bucketed } from '../../charts/buckets.ts'
import type { Picture } from '../../charts/picture.ts'

interface Chart {
  /** The line that a sample of a series belongs to; undefined for none. */
  lineOf(metric: string, labels: Labels): string | undefined
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
  const { starts, meanOf } = bucketed(samples, step, last, ({ metric, labels }) => lineOf(metric, labels))
  if (starts.length === 0) return moved
  return {
    ...moved,
    times: [...picture.times, ...starts.map((start) => start / 1000)],
    lines: picture.lines.map((line) => ({
      ...line,
      values: [...line.values, ...starts.map((start) => meanOf(start, line.name))]
    }))
  }
}
