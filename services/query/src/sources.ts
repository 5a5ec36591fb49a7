/** Which sources each host has, as the writer noted them. */
import type { Pool } from '@miniobserv/db'

export interface Source {
  host: string
  source: string
  /** Epoch ms. */
  lastSeen: number
}

const PAGE = `
  select h.name as host, s.source, floor(extract(epoch from s.last_seen) * 1000)::bigint as "lastSeen"
  from log_sources s join hosts h on h.id = s.host_id
  where ($1::text[] is null or h.name = any($1)) and s.last_seen >= $2
    and ($3::text is null or (h.name, s.source) > ($3, $4))
  order by h.name, s.source
  limit $5`

/** @returns a page by host and source, and where it ended if there are more */
export async function listSources(
  db: Pool,
  {
    hosts,
    since,
    after,
    limit
  }: {
    hosts: readonly string[] | undefined
    /** Epoch ms. */
    since: number
    after: readonly [host: string, source: string] | undefined
    limit: number
  }
): Promise<{ found: Source[]; end: [string, string] | null }> {
  const [host = null, source = null] = after ?? []
  const { rows } = await db.query<Source>(PAGE, [hosts ?? null, new Date(since), host, source, limit + 1])
  const found = rows.slice(0, limit)
  const last = found.at(-1)
  return { found, end: rows.length > limit && last ? [last.host, last.source] : null }
}
