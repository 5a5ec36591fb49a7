/** What the columns of a batch of metrics are: a series list that is good to store, or a layout that is known. */
import type { MetricsBatch } from '@miniobserv/protocol'
import { ServiceError, serverError } from '@miniobserv/service'
import type { Layout } from '@miniobserv/stream'
import type { Gateway } from './gateway.ts'

export interface Columns {
  hash: string
  /** Values in each point. */
  width: number
  /** The series list, where the batch brought one that Redis may have lost: put there again together with the batch. */
  fresh?: Layout | undefined
}

/** @throws {ServiceError} 409 `unknown_layout`, 413 `too_many_series`, 422 where the list cannot be stored */
export async function columnsOf(batch: MetricsBatch, gateway: Gateway): Promise<Columns> {
  const { layouts, lists, now } = gateway
  const { series, layout: reference } = batch
  if (series) {
    if (series.length === 0 && batch.points.length > 0) {
      throw new ServiceError(422, 'invalid_body', 'there are points, but series is empty', {
        path: '/series'
      })
    }
    const layout = lists(series)
    const fresh = layouts.wasPut(layout.hash, now()) ? undefined : layout
    return { hash: layout.hash, width: series.length, fresh }
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
