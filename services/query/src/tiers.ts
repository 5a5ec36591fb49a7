/**
 * Which tables answer for which part of a range: hours and minutes as far as they are computed, finer ones after them.
 *
 * A bucket may be made of rows of several tables. No row is counted twice, because the sections lie side by side; none
 * is missing, because each ends where its table's computed part ends.
 */
import type { Reach } from '@miniobserv/db'
import type { Aggregate, Resolution } from '@miniobserv/protocol'
import { ServiceError } from '@miniobserv/service'

export const TIERS = {
  raw: { table: 'frames', width: 1 },
  '1m': { table: 'frames_1m', width: 60_000 },
  '1h': { table: 'frames_1h', width: 3_600_000 }
} as const satisfies Record<Resolution, { table: string; width: number }>

export interface Section {
  resolution: Resolution
  /** Epoch ms; from is in, to is not. */
  from: number
  to: number
}

export interface Plan {
  sections: Section[]
  /** The coarsest tier that is used. */
  resolution: Resolution
  /** ms; wider than was asked where nothing finer is kept. */
  step: number
  /** Where the first section begins: `from`, rounded down to a whole minute or hour of its tier. */
  from: number
}

/** What rollups can answer; the rest needs every sample. */
const FROM_ROLLUPS: ReadonlySet<Aggregate> = new Set(['avg', 'min', 'max', 'sum', 'count'])

/**
 * The coarsest tiers whose width divides the step. A range that begins on no whole hour (minute) is rounded down to
 * one where hours (minutes) answer for its beginning; its end is exact as long as finer rows are kept.
 *
 * @throws {ServiceError} 422 `raw_no_longer_kept` where only samples could answer and they are gone
 */
export function planTiers(reach: Reach, from: number, to: number, step: number, agg: Aggregate): Plan {
  if (!FROM_ROLLUPS.has(agg)) {
    if (from >= reach.rawSince) {
      return { sections: [{ resolution: 'raw', from, to }], resolution: 'raw', step, from }
    }
    const since = new Date(reach.rawSince).toISOString()
    const detail = `${agg} needs every sample, and samples are kept since ${since}; ask from then on, or for avg, min or max`
    throw new ServiceError(422, 'raw_no_longer_kept', detail, { path: 'agg' })
  }

  const widened = widen(step, finestKept(reach, from))
  const sections: Section[] = []
  let at = from
  const cover = (resolution: '1m' | '1h', until: number, finerSince: number): void => {
    const { width } = TIERS[resolution]
    if (widened % width !== 0) return
    const start = sections.length > 0 ? at : floor(from, width)
    const lastWhole = floor(to, width)
    // The rest of the last hour comes from finer rows, unless they are gone.
    const end = Math.min(floor(until, width), lastWhole < finerSince ? ceil(to, width) : lastWhole)
    if (end <= start) return
    sections.push({ resolution, from: start, to: end })
    at = end
  }
  cover('1h', reach.hoursUntil, reach.minutesSince)
  cover('1m', reach.minutesUntil, reach.rawSince)
  if (at < to) sections.push({ resolution: 'raw', from: at, to })
  return {
    sections,
    resolution: sections[0]?.resolution ?? 'raw',
    step: widened,
    from: sections[0]?.from ?? from
  }
}

/** The width of the finest tier that still has this time. */
function finestKept({ rawSince, minutesSince }: Reach, from: number): number {
  if (from >= rawSince) return TIERS.raw.width
  return from >= minutesSince ? TIERS['1m'].width : TIERS['1h'].width
}

const widen = (step: number, width: number): number => ceil(step, width)
const floor = (time: number, width: number): number => Math.floor(time / width) * width
const ceil = (time: number, width: number): number => Math.ceil(time / width) * width
