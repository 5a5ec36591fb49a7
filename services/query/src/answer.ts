/** Answers a question of metrics: finds series and hosts, chooses tiers and step, and writes one line after the other. */
import { type Reading, readReach } from '@miniobserv/db'
import type { Across, Aggregate } from '@miniobserv/protocol'
import { ServiceError } from '@miniobserv/service'
import { bucketStatement, type LineRow, WIDEST } from './buckets.ts'
import type { QuerySettings } from './config.ts'
import { findSeries, type Group, groupSeries, type LabelFilter } from './groups.ts'
import { hostIds } from './host-ids.ts'
import { lineWriter } from './lines-of-points.ts'
import { autoStep } from './step.ts'
import { rowsOf, type Send } from './stream.ts'
import { planTiers } from './tiers.ts'

export interface Question {
  metrics: readonly string[]
  labels: LabelFilter
  /** Names; undefined for all. */
  host: readonly string[] | undefined
  /** Epoch ms; from is in, to is not. */
  from: number
  to: number
  now: number
  /** The step, ms; undefined for one that suits. */
  given: number | undefined
  /** What an automatic step is made for, ms: not the minutes ahead of our clock. */
  shown: number
  agg: Aggregate
  by: string | undefined
  across: Across | undefined
  only: { lines: number; order: 'desc' | 'asc' } | undefined
}

export type Limits = Pick<QuerySettings, 'MAX_BUCKETS' | 'MAX_ANSWER'>

const HOUR = 3_600_000

/** Buckets that PostgreSQL may make at once; of more it makes one host's after the other's. */
const FEW_POINTS = 100_000

/** Points that one look into the cursor brings, more or less. */
const POINTS_AT_ONCE = 10_000

/**
 * Writes the answer as JSON, piece by piece.
 *
 * @throws {ServiceError} before the first piece: 400 `too_many_buckets`, 400 `too_many_points`, 422 `raw_no_longer_kept`
 */
export async function writeAnswer(
  db: Reading,
  question: Question,
  limits: Limits,
  send: Send
): Promise<void> {
  const { metrics, labels, by, agg, across, only, from, to } = question
  const found = await findSeries(db, metrics, labels)
  const { groups, keepHost } = groupSeries(found, by)
  const hosts = await hostIds(db, question.host)
  const reach = await readReach(db)
  const size = await readSize(db, hosts, from)
  const all = (keepHost ? size.hosts : 1) * groups.length
  const lines = Math.min(all, only?.lines ?? all)
  const step = question.given ?? autoStep(question.shown, lines, size.hosts)
  const plan = planTiers(reach, from, to, step, agg)
  const buckets = Math.ceil((to - plan.from) / plan.step)
  if (buckets > limits.MAX_BUCKETS) {
    const detail = `this range has more than ${limits.MAX_BUCKETS} buckets of this step; widen the step`
    throw new ServiceError(400, 'too_many_buckets', detail, { path: 'step' })
  }
  await checkSize(db, { groups, keepHost, only }, size.hosts, buckets, lines, limits.MAX_ANSWER)

  const units = new Map(found.map(({ name, unit }) => [name, agg === 'count' ? '1' : unit]))
  const head = {
    ...{ now: question.now, from: plan.from, to, step: plan.step, resolution: plan.resolution },
    unit: units.get(metrics[0] as string) ?? ''
  }
  await send(`${JSON.stringify(head).slice(0, -1)},"series":[`)
  if (groups.length > 0 && hosts?.length !== 0) {
    const statement = bucketStatement({
      ...plan,
      ...{
        groups,
        keepHost,
        hosts,
        agg,
        across,
        only,
        few: all * buckets <= FEW_POINTS,
        manyLayouts: size.manyLayouts
      }
    })
    const write = lineWriter(groups, units, plan.step)
    const some = Math.max(1, Math.floor(POINTS_AT_ONCE / buckets))
    let comma = ''
    for await (const rows of rowsOf<LineRow>(db, statement.sql, statement.parameters, some)) {
      await send(comma + rows.map(write).join(','))
      comma = ','
    }
  }
  await send(']}')
}

const SIZE = `
  select (select count(*) from hosts where ($1::int[] is null or id = any($1)) and last_seen >= $2)::int as hosts,
         (select count(*) from (select from layouts limit 200) first)::int = 200 as "manyLayouts"`

/** How many hosts a question may be about, and whether there are so many layouts that it matters. */
async function readSize(db: Reading, hosts: readonly number[] | undefined, from: number) {
  const { rows } = await db.query<{ hosts: number; manyLayouts: boolean }>(SIZE, [
    hosts ?? null,
    new Date(from - HOUR)
  ])
  return rows[0] ?? { hosts: 0, manyLayouts: false }
}

/** @throws {ServiceError} 400 `too_many_points`, before anything was sent */
async function checkSize(
  db: Reading,
  { groups, keepHost, only }: { groups: readonly Group[]; keepHost: boolean; only: Question['only'] },
  hosts: number,
  buckets: number,
  lines: number,
  most: number
): Promise<void> {
  let points = lines * buckets
  if (points > most && keepHost && !only) {
    const members = groups.flatMap(({ seriesIds }, line) => seriesIds.map((id) => [id, line] as const))
    const { rows } = await db.query<{ widest: number }>(WIDEST, [
      members.map(([id]) => id),
      members.map(([, line]) => line)
    ])
    points = hosts * (rows[0]?.widest ?? 0) * buckets
  }
  if (points <= most) return
  const detail = `the answer may have ${points} points, and ${most} are allowed; widen the step, name hosts, or ask for topk`
  throw new ServiceError(400, 'too_many_points', detail, { path: 'step' })
}
