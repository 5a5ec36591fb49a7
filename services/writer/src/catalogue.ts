/** Names to ids: hosts, series and layouts, made where they are new and remembered for good. */
import type { Pool } from '@miniobserv/db'
import { METRICS } from '@miniobserv/protocol'
import type { Entry, LayoutSource } from '@miniobserv/stream'

export interface Catalogue {
  /** The ids of the hosts that these entries came from, by name. */
  hosts(entries: readonly Entry[]): Promise<ReadonlyMap<string, number>>
  layout(source: LayoutSource): Promise<KnownLayout>
}

export interface KnownLayout {
  id: number
  /** Where in a point the agent's clock offset stands; past its end where it is not in this layout. */
  clockColumn: number
}

type CanonicalSeries = [name: string, labels: [string, string][], unit: string]

export function catalogue(db: Pool): Catalogue {
  const hostIds = new Map<string, number>()
  const layouts = new Map<string, KnownLayout>()

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
      const known = layouts.get(hash) ?? (await findLayout(db, hash))
      const layout = known ?? (await makeLayout(db, hash, JSON.parse(await canonical()) as CanonicalSeries[]))
      layouts.set(hash, layout)
      return layout
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

async function findLayout(db: Pool, hash: string): Promise<KnownLayout | undefined> {
  const { rows } = await db.query<KnownLayout>(
    `select l.id, coalesce(array_position(l.series_ids, s.id), cardinality(l.series_ids) + 1) as "clockColumn"
     from layouts l
     left join series s on s.name = $2 and s.labels = '{}'
     where l.hash = $1`,
    [hash, METRICS.clockOffset.name]
  )
  return rows[0]
}

async function makeLayout(db: Pool, hash: string, series: CanonicalSeries[]): Promise<KnownLayout> {
  const wanted = series.map(([name, labels, unit]) => ({ name, labels: Object.fromEntries(labels), unit }))
  await db.query(
    `insert into series (name, labels, unit)
     select name, labels, unit from jsonb_to_recordset($1) as s (name text, labels jsonb, unit text)
     order by name, labels
     on conflict (name, labels) do nothing`,
    [JSON.stringify(wanted)]
  )
  await db.query(
    `insert into layouts (hash, series_ids)
     select $1, array_agg(s.id order by w.place)
     from rows from (jsonb_to_recordset($2) as (name text, labels jsonb)) with ordinality as w (name, labels, place)
     join series s using (name, labels)
     on conflict (hash) do nothing`,
    [hash, JSON.stringify(wanted)]
  )
  return (await findLayout(db, hash)) as KnownLayout
}
