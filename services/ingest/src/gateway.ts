/** What both routes take, and the one place where a batch becomes an entry of a stream. */
import { type Deps, serverError } from '@miniobserv/service'
import { append, type Layout, type Producer, type StreamName } from '@miniobserv/stream'
import type { FastifyRequest } from 'fastify'
import { uuidv7 } from 'uuidv7'
import type { IngestSettings } from './config.ts'
import type { Counters } from './counters.ts'
import type { GatewayLayouts } from './layouts.ts'
import { encodingOf } from './request.ts'
import type { SeriesLists } from './series-lists.ts'

export interface Gateway extends Pick<Deps<IngestSettings>, 'settings' | 'redis' | 'now'> {
  layouts: GatewayLayouts
  lists: SeriesLists
  counters: Counters
  producer: Producer
}

/**
 * Hands a checked batch to Redis, body untouched; returns once Redis has acknowledged it.
 *
 * @param batch the sender's id, if it gave one; without one a retry cannot be told from a new batch
 * @throws {ServiceError} 503 `stream_unavailable`
 */
export async function enqueue(
  { redis, producer, counters, now }: Gateway,
  request: FastifyRequest,
  stream: StreamName,
  { batch = uuidv7(), host }: { batch?: string; host: string },
  layout?: Layout
): Promise<void> {
  const body = request.body as Buffer
  const entry = {
    ...{ batch: batch.toLowerCase(), host, agent: request.agent?.agent },
    ...{ at: now(), encoding: encodingOf(request), body }
  }
  try {
    await (layout ? append(redis, stream, entry, layout) : producer.append(stream, entry))
  } catch (error) {
    throw serverError('stream_unavailable', 'the batch could not be queued; send it again, unchanged', error)
  }
  counters.batches.inc()
}
