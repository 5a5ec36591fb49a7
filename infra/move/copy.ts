/** Moves rows as they are, by COPY in its binary format, from one server to the other. */
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Pool, PoolClient } from '@miniobserv/db'
import { from, to } from 'pg-copy-streams'

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

/**
 * @param where of the rows to copy, as SQL
 * @param onBytes called with the size of each piece on its way
 * @returns how many rows arrived
 */
export async function copyRows(
  source: Pool,
  target: PoolClient,
  { table, columns, where = 'true' }: { table: string; columns: readonly string[]; where?: string },
  onBytes: (bytes: number) => void = () => undefined
): Promise<number> {
  const list = columns.map(quoted).join(', ')
  const reader = await source.connect()
  let broken = true
  try {
    const out = reader.query(
      to(`copy (select ${list} from ${quoted(table)} where ${where}) to stdout (format binary)`)
    )
    const into = target.query(from(`copy ${quoted(table)} (${list}) from stdin (format binary)`))
    const counted = new Transform({
      transform(piece: Buffer, _, done) {
        onBytes(piece.length)
        done(null, piece)
      }
    })
    await pipeline(out, counted, into)
    broken = false
    return into.rowCount
  } finally {
    reader.release(broken)
  }
}
