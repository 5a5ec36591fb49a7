/** Notes which sources each host has, so that readers find their names without looking through lines. */
import type { PoolClient } from '@miniobserv/db'
import type { Block } from './log-blocks.ts'

/** The time noted may be this much too early, ms: a source that writes all day is noted once a minute. */
const PRECISION = 60_000

/** In the order of its key, so that writers who note the same sources wait for each other and never crosswise. */
const NOTE = `
  insert into log_sources
  select * from unnest($1::int[], $2::text[], $3::timestamptz[]) as n (host_id, source, last_seen) order by 1, 2
  on conflict (host_id, source) do update set last_seen = excluded.last_seen
  where log_sources.last_seen < excluded.last_seen - interval '1 minute'`

export interface SourceNotes {
  /** Notes the sources of these blocks, in the transaction that stores them. */
  note(client: PoolClient, blocks: readonly Block[]): Promise<void>
}

/** Remembers what it has noted; forgets all of it when that is too much. */
export function sourceNotes(most = 100_000): SourceNotes {
  const noted = new Map<string, number>()

  return {
    async note(client, blocks) {
      const news = new Map<string, [hostId: number, source: string, time: number]>()
      for (const { hostId, sources, times } of blocks) {
        for (let i = 0; i < sources.length; i++) {
          const [source, time] = [sources[i] as string, times[i] as number]
          if (source === sources[i + 1] && time <= (times[i + 1] as number)) continue
          const key = `${hostId} ${source}`
          if (time <= (noted.get(key) ?? Number.NEGATIVE_INFINITY) + PRECISION) continue
          if (time > (news.get(key)?.[2] ?? Number.NEGATIVE_INFINITY)) news.set(key, [hostId, source, time])
        }
      }
      if (news.size === 0) return
      const rows = [...news.values()]
      await client.query(NOTE, [
        rows.map(([hostId]) => hostId),
        rows.map(([, source]) => source),
        rows.map(([, , time]) => new Date(time))
      ])
      // Should the transaction fail, the lines come again, and some later ones note it.
      if (noted.size > most) noted.clear()
      for (const [key, [, , time]] of news) noted.set(key, time)
    }
  }
}
