/** What the columns of a batch of metrics are: a series list that is good to store, or a layout that is known. */
import type { MetricsBatch, Series } from '@miniobserv/protocol'
import { ServiceError, serverError } from '@miniobserv/service'
import { type Layout, layoutOf } from '@miniobserv/stream'
import type { Gateway } from './gateway.ts'

export interface Columns {
  hash: string
  /** Values in each point. */
  width: number
  /** The series list, where the batch brought one: always put into Redis again, which may have lost it. */
  fresh?: Layout
}

/** @throws {ServiceError} 409 `unknown_layout`, 413 `too_many_series`, 422 where the list cannot be stored */
export async function columnsOf(batch: MetricsBatch, gateway: Gateway): Promise<Columns> {
  const { layouts, settings, now } = gateway
  const { series, layout: reference } = batch
  if (series) {
    checkSeries(series, settings.MAX_SERIES)
    if (series.length === 0 && batch.points.length > 0) {
      throw new ServiceError(422, 'invalid_body', 'there are points, but series is empty', {
        path: '/series'
      })
    }
    const layout = layoutOf(series)
    return { hash: layout.hash, width: series.length, fresh: layout }
  }
  if (reference === undefined) {
    throw new ServiceError(422, 'invalid_body', 'the body needs series, or a layout that an answer named', {
      path: '/series'
    })
  }
  const width = await layouts.width(reference, now()).catch((error: unknown) => {
    throw serverError('stream_unavailable', 'the layout could not be looked up; send the batch again', error)
  })
  if (width === undefined) {
    throw new ServiceError(409, 'unknown_layout', 'this layout is not known here; send series instead', {
      path: '/layout'
    })
  }
  return { hash: reference, width }
}

function checkSeries(series: readonly Series[], limit: number): void {
  if (series.length > limit) {
    throw new ServiceError(
      413,
      'too_many_series',
      `a batch may hold ${limit} series; this one has ${series.length}`,
      {
        path: '/series'
      }
    )
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
