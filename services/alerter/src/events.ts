/** The history of alerts: transitions, and what people did. */
import type { PoolClient } from '@miniobserv/db'
import type { Severity, State } from '@miniobserv/protocol'

export interface NewEvent {
  /** Epoch ms. */
  at: number
  ruleId: number | null
  rule: string
  severity: Severity
  host?: string | null
  labels?: Record<string, string>
  /** Both null where a person did something that is no transition. */
  from: State | null
  to: State | null
  value?: number | null
  summary: string
  /** Who did it, where a person did. */
  by: string | null
}

const INSERT = `
  insert into alert_events (at, rule_id, rule, severity, host, labels, from_state, to_state, value, summary, by_whom)
  select to_timestamp(e.at / 1000), e."ruleId", e.rule, e.severity, e.host, coalesce(e.labels, '{}'), e."from", e."to",
         e.value, e.summary, e.by
  from jsonb_to_recordset($1) as e (
    at float8, "ruleId" int, rule text, severity text, host text, labels jsonb, "from" text, "to" text,
    value float8, summary text, by text
  )`

/** In the order given. */
export async function writeEvents(client: PoolClient, events: readonly NewEvent[]): Promise<void> {
  if (events.length > 0) await client.query(INSERT, [JSON.stringify(events)])
}
