/** Log lines in the order of time: narrows to blocks by time, host and trigram index, then looks at their lines. */
import { type Reading, wasCanceled } from '@miniobserv/db'
import { blocksWithin, conditionsOf, millis, Parameters, type Wanted } from '@miniobserv/log-search'
import type { FoundLine } from '@miniobserv/protocol'
import { type Direction, windowsOf } from './windows.ts'

export interface LineQuery extends Wanted {
  /** Epoch ms; from is in, to is not. */
  from: number
  to: number
  /** `older` gives the newest lines first, `newer` the oldest. */
  direction: Direction
  /** Only lines that come after this one, in that direction. */
  after?: Place | undefined
  limit: number
}

/** A line's place in the order of all lines: by time, then batch, then place among the lines of its batch and hour. */
export type Place = readonly [time: number, batch: string, place: number]

export interface FoundLines {
  lines: FoundLine[]
  /** Where the page ended, if there may be more. */
  end: Place | null
}

/** A line as the database has it. */
export interface LineRow {
  time: number
  host: string
  batch: string
  place: number
  source: string
  level: string
  message: string
  attributes: string | null
}

/** Before every batch. */
const NIL = '00000000-0000-0000-0000-000000000000'

function statement(query: LineQuery, [from, to]: readonly [number, number], limit: number) {
  const parameters = new Parameters()
  const [start, end] = [from, to].map((time) => `(${millis(parameters.add(time))})`) as [string, string]
  const { block, text, line } = conditionsOf(query, parameters)
  const [order, beyond] = query.direction === 'older' ? ['desc', '<'] : ['asc', '>']
  if (query.after) {
    const [time, batch, place] = query.after.map((one) => parameters.add(one)) as [string, string, string]
    line.push(
      `(l.time, b.batch, b.first_line + l.place) ${beyond} (${millis(time)}, ${batch}::uuid, ${place}::int)`
    )
  }
  const sql = `
    select (extract(epoch from l.time) * 1000)::bigint as time, b.batch, (b.first_line + l.place)::int as place,
           (select name from hosts where id = b.host_id) as host, l.source, l.level, l.message, l.attributes
    from log_blocks b
    cross join lateral unnest(b.times, b.sources, b.levels, b.messages, b.attributes) with ordinality
      as l (time, source, level, message, attributes, place)
    where ${[blocksWithin(start, end), ...block, ...text, `l.time >= ${start} and l.time < ${end}`, ...line].join('\n and ')}
    order by l.time ${order}, b.batch ${order}, b.first_line + l.place ${order}
    limit ${parameters.add(limit)}`
  return [sql, parameters.values] as const
}

/**
 * Looks through windows of time that grow, until the page is full: so a frequent word never scans far, and a rare one
 * is found by the index in few steps. When time runs out the page ends where it has come to.
 *
 * @returns at most `limit` lines
 * @throws what PostgreSQL throws when not even the first window could be looked through
 */
export async function findLines(reading: Reading, query: LineQuery): Promise<FoundLines> {
  const { hosts, direction, after, limit } = query
  if (hosts?.length === 0) return { lines: [], end: null }
  const older = direction === 'older'
  const from = !older && after ? Math.max(query.from, after[0]) : query.from
  const to = older && after ? Math.min(query.to, after[0] + 1) : query.to
  const rows: LineRow[] = []
  let cut: Place | null = null
  for await (const window of windowsOf(reading, {
    ...{ from, to, direction },
    host: hosts?.length === 1 ? hosts[0] : undefined
  })) {
    try {
      const found = await reading.query<LineRow>(...statement(query, window, limit + 1 - rows.length))
      rows.push(...found.rows)
    } catch (error) {
      const far = older ? window[1] < to : window[0] > from
      if (!wasCanceled(error) || !far) throw error
      cut = [older ? window[1] : window[0], NIL, 0]
      break
    }
    if (rows.length > limit) break
  }

  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    lines: page.map(asLine),
    end: rows.length > limit && last ? [last.time, last.batch, last.place] : cut
  }
}

export function asLine({ batch, time, place, level, message, attributes, ...line }: LineRow): FoundLine {
  return {
    id: `${batch}.${time}.${place}`,
    time,
    ...line,
    level: (level || null) as FoundLine['level'],
    // A line of JSON without a message is shown by what it has.
    message: message === '' && attributes ? attributes : message,
    attributes: attributes ? JSON.parse(attributes) : {}
  }
}
