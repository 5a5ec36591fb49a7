/** Keeps what a look has found: states, history and how each rule stands, in the transaction of the look. */
import type { PoolClient } from '@miniobserv/db'
import { type NewEvent, writeEvents } from '../events.ts'
import type { AlertRow, Outcome } from './standings.ts'

interface StoredRow extends Pick<AlertRow, 'host' | 'labels' | 'state' | 'value' | 'summary'> {
  rule_id: number
  host_id: number
  labels_key: string
  since: Date
  quiet_since: Date | null
  notified_at: Date | null
  reminded_at: Date | null
  ack_at: Date | null
}

/** By rule id. */
export async function readRows(
  client: PoolClient,
  ruleIds: readonly number[]
): Promise<Map<number, AlertRow[]>> {
  const { rows } = await client.query<StoredRow>(
    `select rule_id, host_id, labels_key, host, labels, state, since, quiet_since, value, summary, notified_at,
            reminded_at, ack_at
     from alert_states where rule_id = any($1)`,
    [ruleIds]
  )
  return Map.groupBy(rows.map(asRow), ({ ruleId }) => ruleId)
}

const asRow = ({ rule_id, host_id, labels_key, ...row }: StoredRow): AlertRow => ({
  ...{ ruleId: rule_id, hostId: host_id, key: labels_key, host: row.host, labels: row.labels },
  ...{ state: row.state, value: row.value, summary: row.summary },
  since: row.since.getTime(),
  quietSince: row.quiet_since?.getTime() ?? null,
  notifiedAt: row.notified_at?.getTime() ?? null,
  remindedAt: row.reminded_at?.getTime() ?? null,
  ackAt: row.ack_at?.getTime() ?? null
})

const UPSERT = `
  insert into alert_states (rule_id, host_id, labels_key, host, labels, state, since, quiet_since, value, summary,
                            notified_at, reminded_at)
  select * from unnest($1::int[], $2::int[], $3::text[], $4::text[], $5::jsonb[], $6::text[], $7::timestamptz[],
                       $8::timestamptz[], $9::float8[], $10::text[], $11::timestamptz[], $12::timestamptz[])
  on conflict (rule_id, host_id, labels_key) do update
  set host = excluded.host, state = excluded.state, since = excluded.since, quiet_since = excluded.quiet_since,
      value = excluded.value, summary = excluded.summary, notified_at = excluded.notified_at,
      reminded_at = excluded.reminded_at`

const REMOVE = `
  delete from alert_states a
  using unnest($1::int[], $2::int[], $3::text[]) as g (rule_id, host_id, labels_key)
  where a.rule_id = g.rule_id and a.host_id = g.host_id and a.labels_key = g.labels_key`

const STATUS = `
  insert into rule_status (rule_id, evaluated_at, ok, pending, firing, unknown, error)
  select s.rule_id, $1::timestamptz, s.ok, s.pending, s.firing, s.unknown, s.error
  from unnest($2::int[], $3::int[], $4::int[], $5::int[], $6::int[], $7::text[])
    as s (rule_id, ok, pending, firing, unknown, error)
  on conflict (rule_id) do update
  set evaluated_at = excluded.evaluated_at, ok = excluded.ok, pending = excluded.pending, firing = excluded.firing,
      unknown = excluded.unknown, error = excluded.error`

/** A rule that could not be looked at, and why. */
export interface Failure {
  ruleId: number
  error: string
}

/** @param now epoch ms */
export async function writeOutcomes(
  client: PoolClient,
  outcomes: readonly Outcome[],
  failures: readonly Failure[],
  now: number
): Promise<void> {
  const gone = outcomes.flatMap(({ gone }) => gone)
  if (gone.length > 0) {
    await client.query(REMOVE, [
      gone.map(({ ruleId }) => ruleId),
      gone.map(({ hostId }) => hostId),
      gone.map(({ key }) => key)
    ])
  }
  const rows = outcomes.flatMap(({ rows }) => rows)
  await writeRows(
    client,
    rows.flatMap(({ row, before }) => (before && isSame(row, before) ? [] : [row]))
  )
  await writeEvents(client, outcomes.flatMap(eventsOf(now)))
  await writeStatus(client, outcomes, failures, now)
}

const KEPT = ['host', 'state', 'since', 'quietSince', 'value', 'summary', 'notifiedAt', 'remindedAt'] as const
const isSame = (a: AlertRow, b: AlertRow): boolean => KEPT.every((member) => a[member] === b[member])

async function writeRows(client: PoolClient, rows: readonly AlertRow[]): Promise<void> {
  if (rows.length === 0) return
  const at = (time: number | null) => (time === null ? null : new Date(time).toISOString())
  await client.query(UPSERT, [
    rows.map(({ ruleId }) => ruleId),
    rows.map(({ hostId }) => hostId),
    rows.map(({ key }) => key),
    rows.map(({ host }) => host),
    rows.map(({ labels }) => JSON.stringify(labels)),
    rows.map(({ state }) => state),
    rows.map(({ since }) => at(since)),
    rows.map(({ quietSince }) => at(quietSince)),
    rows.map(({ value }) => value),
    rows.map(({ summary }) => summary),
    rows.map(({ notifiedAt }) => at(notifiedAt)),
    rows.map(({ remindedAt }) => at(remindedAt))
  ])
}

const eventsOf =
  (now: number) =>
  ({ rule, transitions }: Outcome): NewEvent[] =>
    transitions.map(({ from, to, row }) => ({
      ...{
        at: now,
        ruleId: rule.id,
        rule: rule.name,
        severity: rule.severity,
        host: row.host,
        labels: row.labels
      },
      ...{ from, to, value: row.value, summary: row.summary, by: null }
    }))

async function writeStatus(
  client: PoolClient,
  outcomes: readonly Outcome[],
  failures: readonly Failure[],
  now: number
): Promise<void> {
  const status = [
    ...outcomes.map(({ rule, counts }) => ({ ruleId: rule.id, ...counts, error: null })),
    ...failures.map((failure) => ({ ...failure, ok: 0, pending: 0, firing: 0, unknown: 0 }))
  ]
  if (status.length === 0) return
  await client.query(STATUS, [
    new Date(now),
    status.map(({ ruleId }) => ruleId),
    status.map(({ ok }) => ok),
    status.map(({ pending }) => pending),
    status.map(({ firing }) => firing),
    status.map(({ unknown }) => unknown),
    status.map(({ error }) => error)
  ])
}
