/** What the health page shows of the database: how far the rollups are, when the alerter last looked, and versions. */
import type { Pool } from '@miniobserv/db'
import type { HealthAnswer } from '@miniobserv/protocol'

export interface DatabaseStanding extends Pick<HealthAnswer, 'rollups' | 'alerter'> {
  /** When the first host was first heard of, epoch ms: before, there is nothing to look at. */
  firstSeen: number | null
  postgresql: string
  timescaledb: string | null
}

const TIERS = { 1: '1m', 2: '1h' } as const

export async function databaseStanding(db: Pool): Promise<DatabaseStanding> {
  const [rollups, alerter, about, first] = await Promise.all([
    db.query<{ tier: 1 | 2; done: number; waiting: number }>(
      `select tier, extract(epoch from done_until)::float8 * 1000 as done,
              (select count(distinct time) from rollups_due d where d.tier = p.tier)::int as waiting
       from rollup_progress p order by tier`
    ),
    db.query<{ evaluated_at: Date | null; blind_since: Date | null; blind_reason: string | null }>(
      'select evaluated_at, blind_since, blind_reason from alerter_state'
    ),
    db.query<{ postgresql: string; timescaledb: string | null }>(
      `select current_setting('server_version') as postgresql,
              (select extversion from pg_extension where extname = 'timescaledb') as timescaledb`
    ),
    firstSeen(db)
  ])
  const [state] = alerter.rows
  const [facts] = about.rows
  return {
    rollups: rollups.rows.map(({ tier, done, waiting }) => ({
      tier: TIERS[tier],
      completeUntil: done > 0 ? Math.round(done) : null,
      waiting
    })),
    alerter: {
      evaluatedAt: state?.evaluated_at?.getTime() ?? null,
      blindSince: state?.blind_since?.getTime() ?? null,
      reason: state?.blind_reason ?? null
    },
    firstSeen: first,
    postgresql: facts?.postgresql ?? '',
    timescaledb: facts?.timescaledb ?? null
  }
}

/** When the first host was first heard of, epoch ms. */
export async function firstSeen(db: Pool): Promise<number | null> {
  const { rows } = await db.query<{ first: Date | null }>('select min(first_seen) as first from hosts')
  return rows[0]?.first?.getTime() ?? null
}
