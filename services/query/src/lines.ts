/** Log lines, newest first: narrows to blocks by time, host and trigram index, then looks at their lines. */
import type { Pool } from '@miniobserv/db'
import type { FoundLine } from '@miniobserv/protocol'

export interface LineQuery {
  /** ILIKE patterns; a line matches all of them. */
  patterns: readonly string[]
  /** Each undefined for any. */
  hosts: readonly number[] | undefined
  sources: readonly string[] | undefined
  levels: readonly string[] | undefined
  /** Epoch ms; from is in, to is not. */
  from: number
  to: number
  /** Only lines that come after this one, newest first. */
  after?: Place | undefined
  limit: number
}

/** A line's place in the order of all lines: by time, then batch, then place in its block. */
export type Place = readonly [time: number, batch: string, place: number]

interface Row {
  time: number
  host: string
  batch: string
  place: number
  source: string
  level: string
  message: string
  attributes: Record<string, unknown>
}

const MINUTE = 60_000
const FIRST_WINDOW = 5 * MINUTE

const at = (parameter: string): string => `timestamptz 'epoch' + ${parameter} * interval '1 millisecond'`

// A block's lines lie within an hour of each other (the writer splits them so), hence the hour in its bounds.
const statement = (patterns: number): string => {
  const all = (column: string): string =>
    Array.from({ length: patterns }, (_, i) => `and ${column} ilike $${i + 10}`).join(' ')
  return `
  select (extract(epoch from l.time) * 1000)::bigint as time, h.name as host, b.batch, l.place::int, l.source, l.level,
         l.message, coalesce(b.attributes -> (l.place - 1)::int, '{}') as attributes
  from log_blocks b
  join hosts h on h.id = b.host_id
  cross join lateral unnest(b.times, b.sources, b.levels, b.messages) with ordinality
    as l (time, source, level, message, place)
  where b.time >= ${at('$1')} and b.time < ${at('$2')} + interval '1 hour' and b.min_time < ${at('$2')}
    and ($3::int[] is null or b.host_id = any($3))
    ${all('log_text(b.messages)')}
    and l.time >= ${at('$1')} and l.time < ${at('$2')}
    and ($4::text[] is null or l.source = any($4))
    and ($5::text[] is null or l.level = any($5))
    ${all('l.message')}
    and ($6::bigint is null or (l.time, b.batch, l.place) < (${at('$6')}, $7::uuid, $8::int))
  order by l.time desc, b.batch desc, l.place desc
  limit $9`
}

/**
 * Looks through windows of time that double, newest first, until the page is full: so a frequent word never scans
 * far, and a rare one is found by the index in few steps.
 *
 * @returns at most `limit` lines, and where the page ended if there may be more
 */
export async function findLines(
  db: Pool,
  query: LineQuery
): Promise<{ lines: FoundLine[]; end: Place | null }> {
  const { patterns, hosts, sources, levels, from, after, limit } = query
  if (hosts?.length === 0) return { lines: [], end: null }
  const sql = statement(patterns.length)
  const rows: Row[] = []
  let end = after ? Math.min(query.to, after[0] + 1) : query.to
  for (let width = FIRST_WINDOW; end > from && rows.length <= limit; width *= 2) {
    const start = Math.max(from, end - width)
    const found = await db.query<Row>(sql, [
      ...[start, end, hosts ?? null, sources ?? null, levels ?? null],
      ...(after ?? [null, null, null]),
      ...[limit + 1 - rows.length, ...patterns]
    ])
    rows.push(...found.rows)
    end = start
  }

  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    lines: page.map(({ batch, place, level, ...line }) => ({
      id: `${batch}.${line.time}.${place}`,
      ...line,
      level: (level || null) as FoundLine['level']
    })),
    end: rows.length > limit && last ? [last.time, last.batch, last.place] : null
  }
}
