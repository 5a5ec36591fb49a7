/** What series list a batch brings: checked to the last label, and named. Most hosts bring one that another has brought. */
import type { Series } from '@miniobserv/protocol'
import { ServiceError } from '@miniobserv/service'
import { type Layout, layoutOf } from '@miniobserv/stream'

/** @throws {ServiceError} 413 `too_many_series`, 422 where the list cannot be stored */
export type SeriesLists = (series: readonly Series[]) => Layout

/** Lists remembered at most, some kilobytes each. */
const REMEMBERED = 1_000

/**
 * A list that was good a moment ago is good, and has the same name: looking it up by its text takes a tenth of checking
 * it, which counts when ten thousand agents start at once.
 */
export function seriesLists(limit: number): SeriesLists {
  const known = new Map<string, Layout>()
  return (series) => {
    const text = JSON.stringify(series)
    const found = known.get(text)
    if (found) return found
    checkSeries(series, limit)
    const layout = layoutOf(series)
    if (known.size >= REMEMBERED) known.delete(known.keys().next().value as string)
    known.set(text, layout)
    return layout
  }
}

function checkSeries(series: readonly Series[], limit: number): void {
  if (series.length > limit) {
    const detail = `a batch may hold ${limit} series; this one has ${series.length}`
    throw new ServiceError(413, 'too_many_series', detail, { path: '/series' })
  }
  const seen = new Set<string>()
  for (const [i, { name, labels = {}, unit = '' }] of series.entries()) {
    const pairs = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))
    const words = [name, unit, ...pairs.flat()]
    if (!words.every(storable)) {
      throw new ServiceError(422, 'invalid_body', 'a name, label or unit holds U+0000 or half a character', {
        path: `/series/${i}`
      })
    }
    const key = JSON.stringify([name, pairs])
    if (seen.has(key)) {
      throw new ServiceError(422, 'duplicate_series', `${name} stands there twice with the same labels`, {
        path: `/series/${i}`
      })
    }
    seen.add(key)
  }
}

/** PostgreSQL's text holds every character but these. */
const storable = (text: string): boolean => text.isWellFormed() && !text.includes('\0')
