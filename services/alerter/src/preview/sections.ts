/** Cuts the past into sections, each looked at in the finest that is kept of it: samples, minutes or hours. */
import type { Reach } from '@miniobserv/db'

export const HOUR = 3_600_000

export const TABLES = {
  raw: { table: 'frames', width: 0 },
  '1m': { table: 'frames_1m', width: 60_000 },
  '1h': { table: 'frames_1h', width: HOUR }
} as const

export type Tier = keyof typeof TABLES

/** Times are epoch ms, lengths ms. */
export interface Section {
  tier: Tier
  /** Looks are at multiples of `every` from `from` on, before `to`. */
  from: number
  to: number
  every: number
  /** As wide as the rule's, in whole rows of the tier. */
  window: number
}

export interface Wanted {
  from: number
  to: number
  /** How often evaluations look at rules. */
  interval: number
  window: number
  /** What evaluations look at. */
  finest: 'raw' | '1m'
}

/** A finer tier is used from where its rows fill the first window. */
export function sectionsOf(reach: Reach, { from, to, interval, window, finest }: Wanted): Section[] {
  const since = (time: number): number => (time <= 0 ? from : time + window)
  const starts: [Tier, number][] = [
    ['1h', from],
    ['1m', since(reach.minutesSince)]
  ]
  if (finest === 'raw') starts.push(['raw', since(reach.rawSince)])
  const sections: Section[] = []
  for (const [i, [tier, start]] of starts.entries()) {
    const section = {
      ...{ tier, from: Math.max(from, start), to: Math.min(to, starts[i + 1]?.[1] ?? to) },
      every: Math.ceil(interval / (TABLES[tier].width || interval)) * (TABLES[tier].width || interval),
      window: widened(window, TABLES[tier].width)
    }
    if (section.from < section.to) sections.push(section)
  }
  return sections
}

// An evaluation leaves out the part of a minute with which a window begins.
const widened = (window: number, width: number): number =>
  width === 0 ? window : Math.max(width, Math.floor(window / width) * width)

/** What is read and looked at in one step. */
export interface Slice extends Section {
  /** Where the first look's window begins. */
  readFrom: number
}

/** Hours, or twice the window where that is longer: then at most a third of what is read is read twice. */
const lengthOf = ({ window }: Section): number => Math.max(HOUR, Math.ceil((2 * window) / HOUR) * HOUR)

/** @param length whole hours, ms */
export function* slicesOf(section: Section, length = lengthOf(section)): Generator<Slice> {
  for (let from = section.from; from < section.to; ) {
    const to = Math.min(section.to, Math.floor(from / HOUR) * HOUR + length)
    yield { ...section, from, to, readFrom: from - section.window }
    from = to
  }
}

/** What most of the past is worked out from. */
export const mostly = (sections: readonly Section[]): Tier | undefined =>
  sections.toSorted((a, b) => b.to - b.from - (a.to - a.from))[0]?.tier

/** When a slice is looked at. */
export function* looksIn({ from, to, every }: Section): Generator<number> {
  for (let now = Math.ceil(from / every) * every; now < to; now += every) yield now
}
