/** How a route asks the database: within QUERY_TIMEOUT, for as long as somebody waits, and with errors that say what to do. */
import type { ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import { type Reading, reading, wasCanceled } from '@miniobserv/db'
import { type Deps, goneSignal, ServiceError } from '@miniobserv/service'
import type { QuerySettings } from './config.ts'
import { type Send, streamed } from './stream.ts'

/** SQLSTATE numeric_value_out_of_range: a sum beyond what a double holds. */
const OUT_OF_RANGE = '22003'

/**
 * @returns the JSON that `write` writes, to be sent
 * @throws {ServiceError} 503 `query_timeout`, 422 `value_out_of_range`, and what `write` throws, before the first byte;
 * AbortError where nobody waits any more
 */
export async function asked(
  { db, settings }: Asked,
  reply: { raw: ServerResponse },
  write: (db: Reading, send: Send) => Promise<void>
): Promise<string | Readable> {
  const signal = goneSignal(reply)
  return await streamed((send) => within({ db, settings }, signal, (one) => write(one, send)), signal)
}

/** The same for an answer that is made as a whole. */
export const askedFor = <T>(
  deps: Asked,
  reply: { raw: ServerResponse },
  work: (db: Reading) => Promise<T>
): Promise<T> => within(deps, goneSignal(reply), work)

type Asked = Pick<Deps<QuerySettings>, 'db' | 'settings'>

async function within<T>(
  { db, settings }: Asked,
  signal: AbortSignal,
  work: (db: Reading) => Promise<T>
): Promise<T> {
  const timeout = settings.QUERY_TIMEOUT
  try {
    return await reading(db, { timeout, signal }, work)
  } catch (error) {
    // The statement says only that it was canceled, as it does when it takes too long.
    signal.throwIfAborted()
    throw told(error, timeout)
  }
}

function told(error: unknown, timeout: number): unknown {
  if (wasCanceled(error)) {
    const detail = `this took longer than ${timeout / 1000} s; ask for a shorter range, a wider step or fewer hosts`
    return new ServiceError(503, 'query_timeout', detail, { retryAfter: 30 })
  }
  if ((error as { code?: string }).code === OUT_OF_RANGE) {
    return new ServiceError(
      422,
      'value_out_of_range',
      'a sum is beyond what a number can hold; ask for min or max'
    )
  }
  return error
}
