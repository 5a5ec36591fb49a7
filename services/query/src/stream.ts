/** Answers that are read from the database and written to the network piece by piece, however long they are. */
import { once } from 'node:events'
import { PassThrough, type Readable } from 'node:stream'
import type { Reading } from '@miniobserv/db'
import Cursor from 'pg-cursor'

/** Rows by a cursor, some at a time: what nobody has read yet stays in the database. */
export async function* rowsOf<Row extends unknown[]>(
  db: Reading,
  sql: string,
  parameters: unknown[],
  some: number
): AsyncGenerator<Row[]> {
  const cursor = db.query(new Cursor<Row>(sql, parameters, { rowMode: 'array' }))
  try {
    for (;;) {
      const rows = await cursor.read(some)
      if (rows.length > 0) yield rows
      if (rows.length < some) return
    }
  } finally {
    // After an error there is nothing left to close.
    await cursor.close().catch(() => undefined)
  }
}

/** Of an answer that was written already. */
export const JSON_TYPE = 'application/json; charset=utf-8'

/** Resolves when the reader can take more. */
export type Send = (piece: string) => Promise<void>

/** Characters; a shorter answer is sent as a whole, and an error in it is an answer of its own. */
const WHOLE = 65_536

/** A reader that takes nothing for so long, ms, is not waited for. */
const STALLED = 60_000

/**
 * Begins `write` and returns its answer: a text where it is short, or else a stream as soon as that much is there.
 *
 * @throws what `write` throws before that; later the stream breaks, and with it the connection
 */
export function streamed(
  write: (send: Send) => Promise<void>,
  signal: AbortSignal
): Promise<string | Readable> {
  return new Promise((resolve, reject) => {
    let held = ''
    let stream: PassThrough | undefined
    const send: Send = async (piece) => {
      held += piece
      if (held.length < WHOLE) return
      // Whoever reads it hears of its errors; when nobody does any more, they are nobody's.
      stream ??= new PassThrough().on('error', () => undefined)
      const out = stream
      const more = out.write(held)
      held = ''
      resolve(out)
      if (more) return
      await once(out, 'drain', { signal: AbortSignal.any([signal, AbortSignal.timeout(STALLED)]) })
    }
    write(send).then(
      () => (stream ? stream.end(held) : resolve(held)),
      (error) => (stream ? stream.destroy(error) : reject(error))
    )
  })
}
