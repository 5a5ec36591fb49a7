/** The one row in which the alerter keeps when it last looked, and whether it could see. */
import type { PoolClient } from '@miniobserv/db'
import type { Sight } from './blind.ts'

export interface AlerterState extends Sight {
  /** When all rules were last looked at, epoch ms. */
  evaluatedAt: number | null
}

export async function readState(client: PoolClient): Promise<AlerterState> {
  const { rows } = await client.query<Record<string, Date | null> & { blind_reason: string | null }>(
    'select evaluated_at, looked_at, blind_since, blind_reason, sight_since from alerter_state'
  )
  const [row] = rows
  return {
    evaluatedAt: row?.evaluated_at?.getTime() ?? null,
    lookedAt: row?.looked_at?.getTime() ?? null,
    blindSince: row?.blind_since?.getTime() ?? null,
    reason: row?.blind_reason ?? null,
    sightSince: row?.sight_since?.getTime() ?? null
  }
}

export async function writeState(
  client: PoolClient,
  { evaluatedAt, lookedAt, blindSince, reason, sightSince }: AlerterState
): Promise<void> {
  const at = (time: number | null) => (time === null ? null : new Date(time))
  await client.query(
    'update alerter_state set evaluated_at = $1, looked_at = $2, blind_since = $3, blind_reason = $4, sight_since = $5',
    [at(evaluatedAt), at(lookedAt), at(blindSince), reason, at(sightSince)]
  )
}
