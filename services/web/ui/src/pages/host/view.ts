/** What of a host's page stands in the URL beside the stretch of time. */
import { DAY } from '../../format/time.ts'

/** How far back one compares, by its name in the URL, ms. */
export const EARLIER = { day: DAY, week: 7 * DAY } as const
export type Earlier = keyof typeof EARLIER

export interface View {
  /** The charts are held against the same stretch so much earlier. */
  compare: Earlier | null
  /** All that is known of the host is shown, not only what fits into one line. */
  facts: boolean
  /** Areas whose devices are shown one by one. */
  details: readonly string[]
  /** The log lines around this time are shown, epoch ms. */
  at: number | null
}

export function readView(query: URLSearchParams): View {
  const compare = query.get('compare') as Earlier
  const at = Number(query.get('at') ?? Number.NaN)
  return {
    compare: Object.hasOwn(EARLIER, compare) ? compare : null,
    facts: query.get('facts') === 'all',
    details: query.getAll('detail'),
    at: Number.isSafeInteger(at) && at > 0 ? at : null
  }
}

/** With one area's devices shown, or hidden again. */
export function toggled(details: readonly string[], id: string): string[] {
  return details.includes(id) ? details.filter((one) => one !== id) : [...details, id]
}
