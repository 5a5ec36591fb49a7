/** Counts lines by level over time: from the counts of whole blocks where a search asks for no more, else line by line. */
import type { Reading } from '@miniobserv/db'
import {
  blocksWithin,
  conditionsOf,
  type LevelOrNone,
  levelPlace,
  millis,
  Parameters,
  readsLines,
  type Wanted
} from '@miniobserv/log-search'
import { LEVELS, type LevelCounts } from '@miniobserv/protocol'
import { windowsOf } from './windows.ts'

export interface HistogramQuery extends Wanted {
  /** Epoch ms; from is in, to is not. */
  from: number
  to: number
  /** ms */
  step: number
  /** How long all lines may be counted before a sample has to do, ms. */
  exactFor: number
}

export interface Histogram {
  total: number
  buckets: { time: number; counts: LevelCounts }[]
  exactFrom: number
  sampled: number
}

/** In the order of `level_counts`. */
const ALL: readonly LevelOrNone[] = ['none', ...LEVELS]
/** A sample counts blocks whose hash, one of so many, is below a bound. */
const HASHES = 4096
const LEAST_SHARE = 1 / 256

interface Row {
  bucket: number
  counts: number[]
}

/**
 * One statement for a range. Blocks that lie whole within a bucket give their counts, which the index on time holds;
 * only those on an edge are opened. A search for words has to open all that the text index finds.
 *
 * @param share of the blocks to look at, 1 for all
 */
function statement(query: HistogramQuery, [from, to]: readonly [number, number], share: number) {
  const parameters = new Parameters()
  const [start, end] = [from, to].map((time) => `(${millis(parameters.add(time))})`) as [string, string]
  const step = `${parameters.add(query.step)}::float8`
  const bucketOf = (time: string) => `floor(extract(epoch from ${time})::float8 * 1000 / ${step})`
  // With the text index every block that it finds would be read before the sample is drawn.
  const { block, text, line } = conditionsOf(query, parameters, share === 1)
  const range = [blocksWithin(start, end), ...block]
  range.push(...text)
  if (share < 1) {
    const bound = parameters.add(Math.round(share * HASHES))
    range.push(`((uuid_hash(b.batch) + b.first_line) & ${HASHES - 1}) < ${bound}::int`)
  }
  const perLine = ALL.map((level) => `count(*) filter (where l.level = '${level === 'none' ? '' : level}')`)
  const opened = (also: string[]) => `
    select ${bucketOf('l.time')} as bucket, array[${perLine.join(', ')}] as counts
    from log_blocks b
    cross join lateral unnest(b.times, b.sources, b.levels, b.messages, b.attributes) as l (time, source, level, message, attributes)
    where ${[...range, ...also, `l.time >= ${start} and l.time < ${end}`, ...line].join('\n and ')}
    group by 1`
  if (readsLines(query)) return [opened([]), parameters.values] as const

  const { levels, terms } = query
  const counted = (level: LevelOrNone): boolean =>
    (levels === undefined || levels.includes(level)) &&
    terms.every((term) => term.kind !== 'level' || term.levels.includes(level) !== term.not)
  const sums = ALL.map((level) =>
    counted(level) ? `coalesce(sum(b.level_counts[${levelPlace(level)}]), 0)` : '0'
  )
  const whole = `b.level_counts is not null and b.min_time >= ${start} and b.time < ${end}
    and ${bucketOf('b.min_time')} = ${bucketOf('b.time')}`
  const sql = `
    select ${bucketOf('b.time')} as bucket, array[${sums.join(', ')}]::bigint[] as counts
    from log_blocks b
    where ${[...range, whole].join('\n and ')}
    group by 1
    union all ${opened([`(${whole}) is not true`])}`
  return [sql, parameters.values] as const
}

/**
 * Counts from the newest lines back, for as long as `exactFor`; what is older is then counted on as many of its blocks
 * as the time so far lets expect, and multiplied.
 */
export async function countLines(reading: Reading, query: HistogramQuery): Promise<Histogram> {
  const { from, to, step, hosts, exactFor } = query
  const sums = new Map<number, number[]>()
  const add = (rows: Row[], share: number) => {
    for (const { bucket, counts } of rows) {
      const sum = sums.get(bucket) ?? ALL.map(() => 0)
      sums.set(
        bucket,
        sum.map((before, i) => before + Number(counts[i]) / share)
      )
    }
  }
  const count = async (window: readonly [number, number], share: number) =>
    (await reading.query<Row>(...statement(query, window, share))).rows

  let [exactFrom, sampled] = [from, 1]
  if (hosts?.length !== 0 && !readsLines(query)) add(await count([from, to], 1), 1)
  else if (hosts?.length !== 0) {
    const began = performance.now()
    const host = hosts?.length === 1 ? hosts[0] : undefined
    for await (const window of windowsOf(reading, { from, to, direction: 'older', host })) {
      const spent = performance.now() - began
      // The next window is four times the last one: it is begun only where it may well be done in time.
      if (spent > exactFor / 4) {
        exactFrom = window[1]
        const expected = (spent * (window[1] - from)) / (to - window[1])
        sampled = Math.min(1, Math.max(exactFor / expected, LEAST_SHARE))
        if (sampled === 1) exactFrom = from
        add(await count([from, window[1]], sampled), sampled)
        break
      }
      add(await count(window, 1), 1)
    }
  }

  const buckets = [...sums]
    .sort(([a], [b]) => a - b)
    .map(([bucket, counts]) => ({ time: bucket * step, counts: named(counts) }))
    .filter(({ counts }) => Object.keys(counts).length > 0)
  const total = buckets.reduce((sum, { counts }) => sum + Object.values(counts).reduce((a, b) => a + b, 0), 0)
  return { total, buckets, exactFrom, sampled }
}

function named(counts: readonly number[]): LevelCounts {
  return Object.fromEntries(
    counts.map((count, i) => [ALL[i], Math.round(count)]).filter(([, count]) => count !== 0)
  )
}
