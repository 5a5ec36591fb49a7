/** Values as hosts have them that mostly do well: a daily rise and fall, and now and then ten minutes of trouble. */
import type { Source } from './query-data.ts'

const MINUTE = 60_000
const DAY = 1_440

/** Of ten minutes, how many in a thousand are trouble. */
const TROUBLE = 0.5

/** The same in every tier: a value holds for a minute, and hours are those of their minutes. */
export function quietMonth(count: number): Source {
  const means = new Float64Array(count)
  const least = new Float64Array(count)
  const greatest = new Float64Array(count)
  let done = Number.NaN
  return {
    go(time, width) {
      const minutes = Math.max(1, width / MINUTE)
      const first = Math.floor(time / MINUTE)
      if (minutes === 1 && first === done) return
      done = first
      for (let i = 0; i < count; i++) {
        let sum = 0
        least[i] = Number.POSITIVE_INFINITY
        greatest[i] = Number.NEGATIVE_INFINITY
        for (let minute = first; minute < first + minutes; minute++) {
          const value = valueAt(i, minute)
          sum += value
          if (value < (least[i] as number)) least[i] = value
          if (value > (greatest[i] as number)) greatest[i] = value
        }
        means[i] = sum / minutes
      }
    },
    mean: (i) => means[i] as number,
    least: (i) => least[i] as number,
    greatest: (i) => greatest[i] as number
  }
}

function valueAt(i: number, minute: number): number {
  const day = 0.4 + 0.25 * Math.sin((2 * Math.PI * (minute + i * 37)) / DAY)
  return chance(i, Math.floor(minute / 10)) < TROUBLE / 1_000 ? 0.97 : day
}

/** The same number from 0 to 1 for the same question: a multiplicative hash. */
function chance(i: number, part: number): number {
  let hash = Math.imul(i + 1, 0x9e3779b1) ^ Math.imul(part + 1, 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39)
  return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32
}
