/** When nobody shall be told: silences with an end, and maintenance windows that come again. */
import type { Pool, PoolClient } from '@miniobserv/db'
import type { Recurrence, Silence, SilenceText } from '@miniobserv/protocol'
import { Temporal } from 'temporal-polyfill'
import { durationMs } from './duration.ts'
import { matchesLabels, matchesName } from './match.ts'

/** Times are epoch ms. */
export type StoredSilence = Omit<Silence, 'active'>

/** What of a silence says when it holds. */
export type SilenceTimes = Pick<StoredSilence, 'starts' | 'ends' | 'recurs'>

/** What a silence is asked about. */
export interface SilenceSubject {
  /** The rule's name. */
  rule: string
  /** null where the rule is of no host: covered by silences of all hosts only. */
  host: string | null
  /** Those of the rule and those of the series. */
  labels: Readonly<Record<string, string>>
}

const DAY = durationMs('1d')

/**
 * Whether a window that comes again is open. It starts at that time by the zone's clocks: where they jump over it, as
 * much later as they jump; where they show it twice, the first time. It lasts as long as written, by a clock that nobody
 * sets: two hours are two hours, also in the night in which summer time begins.
 *
 * @param at epoch ms
 */
function recursAt({ days, at: time, duration, zone: timeZone }: Recurrence, at: number): boolean {
  const lasts = durationMs(duration)
  const today = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDate()
  // A day has up to 25 hours, so a day more than the duration spans is looked back.
  for (let back = 0; back <= Math.ceil(lasts / DAY) + 1; back++) {
    const day = today.subtract({ days: back })
    if (!days.includes(day.dayOfWeek)) continue
    const start = day.toZonedDateTime({ timeZone, plainTime: time }).epochMilliseconds
    if (start <= at && at < start + lasts) return true
  }
  return false
}

/** Whether it holds at that time, whoever is asked about. @param at epoch ms */
export const holdsAt = ({ starts, ends, recurs }: SilenceTimes, at: number): boolean =>
  starts <= at && (ends === null || at < ends) && (recurs === null || recursAt(recurs, at))

function covers({ hosts, rules, labels }: StoredSilence, subject: SilenceSubject): boolean {
  return (
    matchesName(rules, subject.rule) &&
    matchesName(hosts, subject.host ?? '') &&
    matchesLabels(labels, subject.labels)
  )
}

/** Whether this silence covers the subject at that time. @param at epoch ms */
export const silencedAt = (silence: StoredSilence, subject: SilenceSubject, at: number): boolean =>
  covers(silence, subject) && holdsAt(silence, at)

/** For one question; for many about the same time, `silencesAt` looks at the clocks once. @param at epoch ms */
export const isSilenced = (
  silences: readonly StoredSilence[],
  subject: SilenceSubject,
  at: number
): boolean => silences.some((silence) => silencedAt(silence, subject, at))

/** @param at epoch ms @returns whether any of them covers a subject at that time */
export function silencesAt(
  silences: readonly StoredSilence[],
  at: number
): (subject: SilenceSubject) => boolean {
  const holding = silences.filter((silence) => holdsAt(silence, at))
  return (subject) => holding.some((silence) => covers(silence, subject))
}

/** Those that are not over, by id. @param now epoch ms; 0: those that are over too */
export async function loadSilences(db: Pool | PoolClient, now = 0): Promise<StoredSilence[]> {
  const { rows } = await db.query<{
    id: number
    spec: Pick<SilenceText, 'hosts' | 'rules' | 'labels' | 'reason' | 'recurs'>
    starts: Date
    ends: Date | null
    created_at: Date
    created_by: string
  }>(
    `select id, spec, starts, ends, created_at, created_by from silences
     where ends is null or ends > $1 order by id`,
    [new Date(now)]
  )
  return rows.map(({ id, spec, starts, ends, created_at, created_by }) => ({
    ...{ id, hosts: spec.hosts, rules: spec.rules, labels: spec.labels ?? {}, reason: spec.reason },
    ...{ starts: starts.getTime(), ends: ends?.getTime() ?? null, recurs: spec.recurs ?? null },
    ...{ createdBy: created_by, createdAt: created_at.getTime() }
  }))
}
