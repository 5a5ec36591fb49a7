/** Times as people write them in a query string. */
import { ServiceError } from './errors.ts'

const MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }
const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h|d|w)$/
const RFC3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+ -]\d\d:\d\d)$/

/** `60s`, `5m`. @returns milliseconds, or undefined where it is no duration */
export function parseDuration(text: string): number | undefined {
  const [, amount, unit] = DURATION.exec(text) ?? []
  return amount && unit ? Number(amount) * (MS[unit] as number) : undefined
}

/**
 * `1795433330000` (epoch ms), `2026-11-23T10:00:00Z` (RFC 3339), `-1h` (before now), `now`.
 *
 * @param name of the parameter, for the error
 * @returns epoch ms
 * @throws {ServiceError} 400 `invalid_time`
 */
export function parseTime(text: string, name: string, now: number): number {
  if (text === 'now') return now
  if (/^\d+$/.test(text)) return Number(text)
  const back = text.startsWith('-') ? parseDuration(text.slice(1)) : undefined
  if (back !== undefined) return Math.round(now - back)
  if (RFC3339.test(text)) {
    // A plus sign that was not escaped arrives as a space.
    const time = Date.parse(text.replace(/ (?=\d\d:\d\d$)/, '+'))
    if (!Number.isNaN(time)) return time
  }
  const forms = 'epoch milliseconds, RFC 3339 (2026-11-23T10:00:00Z) or a time before now (-1h)'
  throw new ServiceError(400, 'invalid_time', `${name} is ${JSON.stringify(text)}; it takes ${forms}`, {
    path: name
  })
}
