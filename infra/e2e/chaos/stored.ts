/** Reads back what one host's rows say, straight from the tables: a view would hide a row that a join does not find. */
import type { Pool } from '@miniobserv/db'
import type { Ledger } from './ledger.ts'
import { listKey } from './values.ts'
import { emptyVerdict, judge, type StoredFrame, type StoredLine, type Verdict } from './verdict.ts'

/** The series lists of all layouts, by id. */
async function storedLists(db: Pool): Promise<Map<number, string>> {
  const { rows } = await db.query<{ id: number; series: Parameters<typeof listKey>[0] }>(`
    select l.id, json_agg(json_build_object('name', s.name, 'labels', s.labels, 'unit', s.unit) order by place) as series
    from layouts l
    cross join lateral unnest(l.series_ids) with ordinality as u (series_id, place)
    join series s on s.id = u.series_id
    group by l.id`)
  return new Map(rows.map(({ id, series }) => [id, listKey(series)]))
}

async function storedFrames(
  db: Pool,
  host: string,
  lists: ReadonlyMap<number, string>
): Promise<StoredFrame[]> {
  const { rows } = await db.query<{ time: number; layout_id: number; values: (number | null)[] }>(
    `select (extract(epoch from time) * 1000)::bigint as time, layout_id, values
     from frames where host_id in (select id from hosts where name = $1) order by time`,
    [host]
  )
  return rows.map(({ time, layout_id, values }) => ({ time, list: lists.get(layout_id) ?? '', values }))
}

export async function storedLines(db: Pool, host: string): Promise<StoredLine[]> {
  const { rows } = await db.query<{
    times: Date[]
    levels: string[]
    sources: string[]
    messages: string[]
    attributes: string[] | null
  }>(
    `select times, levels, sources, messages, attributes
     from log_blocks where host_id in (select id from hosts where name = $1) order by time, first_line`,
    [host]
  )
  return rows.flatMap(({ times, levels, sources, messages, attributes }) =>
    messages.map((message, i) => ({
      time: Number(times[i]),
      level: levels[i] as string,
      source: sources[i] as string,
      message,
      attributes: JSON.parse(attributes?.[i] || '{}')
    }))
  )
}

/** Judges every host of the ledger, one after the other, so that memory holds one host's rows at a time. */
export async function judgeStored(db: Pool, ledger: Ledger): Promise<Verdict> {
  const verdict = emptyVerdict()
  const lists = await storedLists(db)
  for (const own of ledger.hosts) {
    judge(verdict, ledger, own, await storedFrames(db, own.host, lists), await storedLines(db, own.host))
  }
  return verdict
}

/** Rows in either table that belong to none of these hosts. */
export async function strayRows(db: Pool, hosts: readonly string[]): Promise<number> {
  const { rows } = await db.query<{ strays: number }>(
    `with ours as (select id from hosts where name = any($1))
     select (select count(*) from frames where host_id not in (select id from ours))
          + (select count(*) from log_blocks where host_id not in (select id from ours)) as strays`,
    [hosts]
  )
  return rows[0]?.strays ?? 0
}
