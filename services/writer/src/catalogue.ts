/** Names to ids: hosts, series and layouts, made where they are new and remembered for good. */
import type { Pool } from '@miniobserv/db'
import type { Entry } from '@miniobserv/stream'
import type { LayoutSource } from './decode.ts'

export interface Catalogue {
  /** The ids of the hosts that these entries came from, by name. */
  hosts(entries: readonly Entry[]): Promise<ReadonlyMap<string, number>>
  /** The id of a layout. */
  layout(source: LayoutSource): Promise<number>
}

type CanonicalSeries = [name: string, labels: [string, string][], unit: string]

export function catalogue(db: Pool): Catalogue {
  const hostIds = new Map<string, number>()
  const layoutIds = new Map<string, number>()

  return {
    async hosts(entries) {
      const fresh = new Map<string, number>()
      for (const { host, at } of entries) if (!hostIds.has(host)) fresh.set(host, at)
      if (fresh.size > 0) {
        for (const { name, id } of await makeHosts(db, fresh)) hostIds.set(name, id)
      }
      return hostIds
    },
    async layout({ hash, canonical }) {
      const known = layoutIds.get(hash) ?? (await findLayout(db, hash))
      const id = known ?? (await makeLayout(db, hash, JSON.parse(await canonical()) as CanonicalSeries[]))
      layoutIds.set(hash, id)
      return id
    }
  }
}

/** Sorted, so that two writers that meet the same new hosts never wait for each other. */
async function makeHosts(db: Pool, fresh: Map<string, number>): Promise<{ name: string; id: number }[]> {
  const sorted = [...fresh].sort(([a], [b]) => (a < b ? -1 : 1))
  const names = sorted.map(([name]) => name)
  await db.query(
    `insert into hosts (name, first_seen, last_seen)
     select name, at, at from unnest($1::text[], $2::timestamptz[]) as h (name, at)
     on conflict (name) do nothing`,
    [names, sorted.map(([, at]) => new Date(at).toISOString())]
  )
  const { rows } = await db.query('select name, id from hosts where name = any($1)', [names])
  return rows
}

async function findLayout(db: Pool, hash: string): Promise<number | undefined> {
  const { rows } = await db.query('select id from layouts where hash = $1', [hash])
  return rows[0]?.id
}

async function makeLayout(db: Pool, hash: string, series: CanonicalSeries[]): Promise<number> {
  const wanted = series.map(([name, labels, unit]) => ({ name, labels: Object.fromEntries(labels), unit }))
  await db.query(
    `insert into series (name, labels, unit)
     select name, labels, unit from jsonb_to_recordset($1) as s (name text, labels jsonb, unit text)
     order by name, labels
     on conflict (name, labels) do nothing`,
    [JSON.stringify(wanted)]
  )
  const { rows } = await db.query(
    `with wanted as (
       select s.id, w.place
       from rows from (jsonb_to_recordset($2) as (name text, labels jsonb)) with ordinality as w (name, labels, place)
       join series s using (name, labels)
     ), made as (
       insert into layouts (hash, series_ids)
       select $1, array_agg(id order by place) from wanted
       on conflict (hash) do nothing returning id
     )
     select id from made union all select id from layouts where hash = $1`,
    [hash, JSON.stringify(wanted)]
  )
  // Another writer's row, committed while this statement ran, is not in its snapshot.
  return rows[0]?.id ?? (await findLayout(db, hash))
}
