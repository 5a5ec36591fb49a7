/** How the hosts and series of one rule stand: takes what a look found, and keeps what has changed. */
import type { Labels, State } from '@miniobserv/protocol'
import { durationMs } from '../duration.ts'
import type { StoredRule } from '../rules/stored.ts'
import { advance, FORGET_AFTER, type Observed, type Standing } from './advance.ts'
import { durationWords } from './words.ts'

/** One row of alert_states. */
export interface AlertRow extends Standing {
  ruleId: number
  /** 0 where the rule is of no host. */
  hostId: number
  /** The labels as JSON with sorted names. */
  key: string
  host: string | null
  labels: Labels
  value: number | null
  summary: string
  /** When people were told that it fires; null: not yet. Epoch ms, like the next two. */
  notifiedAt: number | null
  remindedAt: number | null
  ackAt: number | null
}

/** A change of state. */
export interface Transition {
  from: State
  to: State
  /** As it stands now; when it is ok, as it stood. */
  row: AlertRow
}

/** What a rule looks at: a host, or a series of it, or (host null) neither. */
export interface Subject {
  hostId: number
  host: string | null
  key: string
  labels: Labels
}

/** A host as a whole, and what is of no host, have no labels that would tell their alerts apart. */
export const WHOLE = '{}'

export interface Finding extends Observed {
  value: number | null
  /** Whether only silence speaks for it, which proves nothing while the monitor sees nothing. Without: `!seen`. */
  silence?: boolean
  /** In words, for the state that it comes to. */
  describe(): string
}

export interface Standings {
  take(subject: Subject, finding: Finding): void
  /** Whether this host has anything that is not ok: the rest needs no words. */
  has(hostId: number): boolean
  state(hostId: number, key: string): State
  /** Counts something that was and is ok. */
  wellAgain(): void
  /** To be called after the last take. @param away why the rule does not look at this host any more, where it does not */
  finish(away: (hostId: number) => string | undefined): Outcome
}

export interface Outcome {
  rule: StoredRule
  counts: Record<State, number>
  transitions: Transition[]
  /** All that is not ok now, each with how it was before. */
  rows: { row: AlertRow; before: AlertRow | undefined }[]
  /** Rows that are to go. */
  gone: AlertRow[]
}

/**
 * @param held whether silence proves nothing now: the monitor is blind, or was a moment ago
 * @param now epoch ms
 */
export function standings(
  rule: StoredRule,
  before: Iterable<AlertRow>,
  held: boolean,
  now: number
): Standings {
  const forMs = durationMs(rule.for)
  const known = new Map<number, Map<string, AlertRow>>()
  for (const row of before) {
    const ofHost = known.get(row.hostId)
    if (ofHost) ofHost.set(row.key, row)
    else known.set(row.hostId, new Map([[row.key, row]]))
  }
  const counts: Outcome['counts'] = { ok: 0, pending: 0, firing: 0, unknown: 0 }
  const transitions: Transition[] = []
  const rows: Outcome['rows'] = []
  const gone: AlertRow[] = []

  function end(row: AlertRow, summary: string): void {
    const ended = { ...row, summary }
    gone.push(ended)
    transitions.push({ from: row.state, to: 'ok', row: ended })
  }

  function settle(subject: Subject, before: AlertRow | undefined, finding: Finding): void {
    const proven = !held || !(finding.silence ?? !finding.seen)
    const after = proven ? advance(forMs, finding, before, now) : before
    counts[after?.state ?? 'ok']++
    if (!after) {
      if (before) end({ ...before, value: finding.value }, finding.describe())
      return
    }
    const changed = after.state !== before?.state
    // What is held back, or quiet, keeps what was last known.
    const news = changed || (finding.seen && proven)
    const row: AlertRow = {
      ...{ ruleId: rule.id, ...subject },
      ...{ state: after.state, since: after.since, quietSince: after.quietSince },
      value: finding.seen && proven ? finding.value : (before?.value ?? finding.value),
      summary: news ? finding.describe() : (before?.summary ?? ''),
      notifiedAt: before?.notifiedAt ?? null,
      remindedAt: before?.remindedAt ?? null,
      ackAt: before?.ackAt ?? null
    }
    rows.push({ row, before })
    if (changed) transitions.push({ from: before?.state ?? 'ok', to: after.state, row })
  }

  /** What was there and is not: not even among the series that the host lately sent. */
  function vanished(row: AlertRow): Finding {
    if (rule.condition.kind !== 'no-data') {
      const describe = () => `nothing is known of it any more`
      return { ...{ seen: false, bad: false, recovered: false, gone: true }, value: row.value, describe }
    }
    const over = now - row.since >= FORGET_AFTER
    const describe = () => `nothing came for ${durationWords(FORGET_AFTER)}: it is taken for gone`
    return { ...{ seen: true, bad: !over, recovered: over, silence: true }, value: row.value, describe }
  }

  return {
    has: (hostId) => known.has(hostId),
    state: (hostId, key) => known.get(hostId)?.get(key)?.state ?? 'ok',
    wellAgain() {
      counts.ok++
    },
    take(subject, finding) {
      const ofHost = known.get(subject.hostId)
      const row = ofHost?.get(subject.key)
      if (row) ofHost?.delete(subject.key)
      settle(subject, row, finding)
    },
    finish(away) {
      for (const ofHost of known.values()) {
        for (const row of ofHost.values()) {
          const why = away(row.hostId)
          if (why === undefined) settle(subjectOf(row), row, vanished(row))
          else end(row, why)
        }
      }
      return { rule, counts, transitions, rows, gone }
    }
  }
}

const subjectOf = ({ hostId, host, key, labels }: AlertRow): Subject => ({ hostId, host, key, labels })
