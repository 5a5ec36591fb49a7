/** What a simulated host says, as a pure function of seed, host and time: so every stored value can be checked. */
import type { LogLine, Point, Series } from '@miniobserv/protocol'
import { createRandom, hash, mix } from './random.ts'

/** A host's series list changes now and then, as when a disk is plugged in; the last variant is each host's own. */
export const VARIANTS = 5

/** @param width series in the list of variant 0; each further variant has two more */
export function seriesOf(host: string, variant: number, width: number): Series[] {
  return Array.from({ length: width + 2 * variant }, (_, index) => ({
    name: `chaos.series.${index % 10}`,
    labels: {
      place: String(index),
      ...(variant === VARIANTS - 1 ? { disk: host } : { variant: `${variant}` })
    },
    unit: index % 2 === 0 ? '1' : 'By'
  }))
}

/**
 * Ten kinds of series in turn. Nine are as a host's are (shares, bytes, counts, much that stays at zero), so that a
 * batch takes as much room as an agent's; one has all bits of its numbers in use, any size and sign, and gaps.
 */
export function sampleOf(seed: number, host: string, series: number, time: number): number | null {
  const own = mix(hash(host, seed), series, 0) >>> 0
  const bits = mix(own, time | 0, Math.floor(time / 2 ** 32)) >>> 0
  switch (series % 10) {
    case 0: {
      if ((bits & 15) === 0) return null
      const fraction = ((mix(bits, series, own) >>> 6) * 2 ** 26 + (bits >>> 6)) / 2 ** 52
      return (fraction - 0.5) * 10 ** (((series / 10) % 16) - 3)
    }
    case 1:
    case 2:
      return (bits % 1_000_000) / 1_000_000
    case 3:
      return (bits % 10_000) / 100
    case 4:
      return own * 4096
    case 5:
      return own * 64 + (bits % 4096)
    default:
      return bits % 8 === 0 ? bits % 1_000 : 0
  }
}

export function pointOf(seed: number, host: string, series: number, time: number): Point {
  return [time, ...Array.from({ length: series }, (_, index) => sampleOf(seed, host, index, time))]
}

const WORDS = [
  'GET /api',
  'wäre',
  '東京',
  '"quoted"',
  'back\\slash',
  'tab\there',
  '🦀',
  'x=1',
  '{"a":[1]}',
  '%s',
  "it's"
]

/** Line `number` of a host, at `time`: its message carries host, number and a checksum, then some difficult text. */
export function lineOf(seed: number, host: string, number: number, time: number): LogLine {
  const random = createRandom(seed, `${host}#${number}`)
  const words = Array.from({ length: random.below(12) }, () => WORDS[random.below(WORDS.length)])
  const checksum = (hash(`${host}#${number}`, seed) >>> 0).toString(16)
  return {
    time,
    source: `/var/log/chaos-${number % 3}.log`,
    level: number % 7 === 0 ? 'error' : 'info',
    message: `${host} #${number} ${checksum} ${words.join(' ')}`,
    ...(number % 5 === 0 ? { attributes: { number } } : {})
  }
}

/** The number that a message of `lineOf` carries. */
export function numberOf(message: string): number | undefined {
  const found = /#(\d+) /.exec(message)?.[1]
  return found === undefined ? undefined : Number(found)
}

/** One text for a series list, whatever the order of its labels; for comparing what was sent with what is stored. */
export function listKey(series: readonly Series[]): string {
  const pairs = (labels: Series['labels'] = {}) => Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify(series.map(({ name, labels, unit = '' }) => [name, pairs(labels), unit]))
}
