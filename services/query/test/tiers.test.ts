/** One truth from three tiers: whatever the step, the range and what is still kept, the numbers are those of the samples. */
import type { Reach } from '@miniobserv/db'
import { ensurePartitions } from '@miniobserv/db'
import { eventually, type TestServer, testServer } from '@miniobserv/infra/testkit'
import { writer } from '@miniobserv/writer'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { query } from '../src/index.ts'
import { autoStep } from '../src/step.ts'
import { planTiers } from '../src/tiers.ts'

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000]
const now = Date.now()
/** Not on a whole hour or minute, on purpose. */
const oldest = now - 5 * HOUR - 7_777
type Sample = [time: number, host: number, user: number, system: number]
const samples: Sample[] = []
let server: TestServer

beforeAll(async () => {
  server = await testServer([writer, query], { UPKEEP_INTERVAL: '200ms' })
  const { pool } = server.db
  for (let i = 0; i * 10_000 < now - oldest; i++) {
    const time = oldest + i * 10_000
    if (Math.floor(time / (20 * MINUTE)) % 7 === 3) continue // nobody sent anything
    for (const host of [1, 2]) {
      if (host === 2 && i % 3 === 0) continue // so that minutes have different weights
      samples.push([time, host, Math.sin(i) + host, (i * 37) % 101])
    }
  }
  await ensurePartitions(pool, ['frames'], [oldest, now])
  await pool.query(
    `insert into hosts (name, first_seen, last_seen) select n, now(), now() from unnest($1::text[]) n`,
    [['a', 'b']]
  )
  await pool.query(
    `insert into series (name, labels, unit) values ('m', '{"x":"1"}', 'By'), ('m', '{"x":"2"}', 'By')`
  )
  await pool.query(`insert into layouts (hash, series_ids) values ('l', '{1,2}')`)
  await pool.query(
    `with stored as (
       insert into frames (time, host_id, layout_id, values)
       select time, host, 1, array[a, b]
       from unnest($1::timestamptz[], $2::int[], $3::float8[], $4::float8[]) as s (time, host, a, b) returning time)
     insert into rollups_due select 1, time_bucket('1 minute', time, 'epoch'), '{1,2}' from stored group by 2`,
    [0, 1, 2, 3].map((column) => samples.map((sample) => (column ? sample[column] : new Date(sample[0]))))
  )
  await eventually(
    async () => {
      const { rows } = await pool.query(
        `select exists (select from frames_1m)
              and (select done_until from rollup_progress where tier = 2) > now() - interval '70 minutes'
              and not exists (select from rollups_due d join rollup_progress p using (tier) where d.time < p.done_until) as done`
      )
      expect(rows[0].done).toBe(true)
    },
    { within: 30_000 }
  )
})
afterAll(() => server?.close())

interface Line {
  host?: string
  labels: Record<string, string>
  points: [number, number | null][]
}
const ask = async (parameters: string) => {
  const { status, body } = await server.get(`/api/v1/query?metric=m&${parameters}`)
  expect(status, JSON.stringify(body)).toBe(200)
  return body as { series: Line[]; step: number; from: number; to: number; resolution: string; now: number }
}

const MEASURES: Record<string, (values: number[]) => number> = {
  avg: (values) => values.reduce((a, b) => a + b, 0) / values.length,
  sum: (values) => values.reduce((a, b) => a + b, 0),
  count: (values) => values.length,
  min: (values) => Math.min(...values),
  max: (values) => Math.max(...values)
}

/** What the samples say. */
function truth(of: (sample: Sample) => number[], from: number, to: number, step: number, agg: string) {
  const buckets = new Map<number, number[]>()
  for (const sample of samples) {
    if (sample[0] < from || sample[0] >= to) continue
    const bucket = Math.floor(sample[0] / step) * step
    buckets.set(bucket, [...(buckets.get(bucket) ?? []), ...of(sample)])
  }
  const times = [...buckets].filter(([, values]) => values.length > 0).map(([time]) => time)
  const points: [number, number | null][] = []
  for (let time = Math.min(...times); time <= Math.max(...times); time += step) {
    const values = buckets.get(time) ?? []
    points.push([time, values.length > 0 ? (MEASURES[agg]?.(values) ?? null) : null])
  }
  return points
}

const same = (found: Line['points'], wanted: Line['points']): void => {
  expect(found.map(([time]) => time)).toEqual(wanted.map(([time]) => time))
  for (const [i, [, value]] of wanted.entries()) {
    if (value === null) expect(found[i]?.[1]).toBeNull()
    else expect(Math.abs((found[i]?.[1] ?? Number.NaN) - value)).toBeLessThan(2e-6 * (Math.abs(value) + 1))
  }
}

describe('a query over the tiers', () => {
  for (const [step, resolution] of [
    [70_000, 'raw'],
    [MINUTE, '1m'],
    [7 * MINUTE, '1m'],
    [HOUR, '1h'],
    [2 * HOUR, '1h']
  ] as const) {
    for (const agg of Object.keys(MEASURES)) {
      test(`${agg} by ${step / 1000} s comes from ${resolution} and is what the samples say`, async () => {
        for (const [from, to] of [
          [oldest - DAY, now + MINUTE],
          [oldest + 71 * MINUTE, now - 63 * MINUTE - 1_234],
          [oldest + 71 * MINUTE, oldest + 73 * MINUTE]
        ] as const) {
          const answer = await ask(`from=${from}&to=${to}&step=${step}&agg=${agg}&by=host`)
          if (to > now) expect(answer.resolution).toBe(resolution)
          expect(answer.from).toBeLessThanOrEqual(from)
          expect(from - answer.from).toBeLessThan(resolution === '1h' ? HOUR : MINUTE)
          for (const [i, host] of ['a', 'b'].entries()) {
            const line = answer.series.find((each) => each.host === host)
            const of = ([, by, user, system]: Sample) => (by === i + 1 ? [user, system] : [])
            const wanted = truth(of, answer.from, to, step, agg)
            if (wanted.length > 0) same(line?.points ?? [], wanted)
          }
        }
      })
    }
  }

  test('a line of all hosts is theirs together', async () => {
    const answer = await ask(`from=${oldest}&to=${now}&step=1h&agg=sum&by=x`)
    expect(answer.series.map(({ host, labels }) => [host, labels])).toEqual([
      [undefined, { x: '1' }],
      [undefined, { x: '2' }]
    ])
    const wanted = truth(([, , , system]) => [system], answer.from, now, HOUR, 'sum')
    same(answer.series[1]?.points ?? [], wanted)
  })

  test('across: each series over time first, then together', async () => {
    const parameters = `from=${oldest}&to=${now}&step=30m&agg=avg`
    const each = await ask(parameters)
    for (const [across, together] of [
      ['sum', (a: number, b: number) => a + b],
      ['max', Math.max]
    ] as const) {
      const [line] = (await ask(`${parameters}&by=host&across=${across}`)).series
      const [first, second] = each.series.filter(({ host }) => host === 'a')
      for (const [i, [time, value]] of (line?.points ?? []).entries()) {
        expect(time).toBe(first?.points[i]?.[0])
        if (value !== null) {
          expect(value).toBeCloseTo(
            together(first?.points[i]?.[1] as number, second?.points[i]?.[1] as number),
            3
          )
        }
      }
    }
    const [all] = (await ask(`${parameters}&by=&across=sum`)).series
    // The newest bucket may be so young that only some of them have a sample in it.
    const [time, value] = all?.points.at(-2) ?? []
    const valueThen = (points: Line['points']) => points.find((point) => point[0] === time)?.[1] ?? 0
    expect(value).toBeCloseTo(
      each.series.reduce((sum, { points }) => sum + valueThen(points), 0),
      2
    )
  })

  test('topk and bottomk are decided by the mean', async () => {
    const lines = async (parameters: string) =>
      (await ask(`from=${oldest}&to=${now}&${parameters}`)).series.map(
        ({ host, labels }) => `${host}${labels.x}`
      )
    expect(await lines('bottomk=2')).toEqual(['a1', 'b1'])
    expect(await lines('topk=1&x=1')).toEqual(['b1'])
    expect((await server.get('/api/v1/query?metric=m&topk=1&bottomk=1')).body.code).toBe('invalid_request')
  })

  test('percentiles are those of the samples', async () => {
    const [line] = (await ask(`from=${oldest}&to=${now}&step=1d&agg=p90&host=a&x=2`)).series
    const values = samples.filter(([time, host]) => host === 1 && time < now).map(([, , , system]) => system)
    const day = line?.points.length === 1 ? values.sort((a, b) => a - b) : undefined
    if (day) {
      const place = 0.9 * (day.length - 1)
      const [low, high] = [day[Math.floor(place)] as number, day[Math.ceil(place)] as number]
      expect(line?.points[0]?.[1]).toBeCloseTo(low + (place % 1) * (high - low), 6)
    }
    expect((await ask(`from=${oldest}&step=1d&agg=p50&host=a&x=2`)).resolution).toBe('raw')
  })

  test('where raw is gone, minutes answer, and what needs samples says since when they are kept', async () => {
    const gone = Math.floor((now - 2 * HOUR) / HOUR) * HOUR
    const { pool } = server.db
    await pool.query('delete from frames where time < $1', [new Date(gone)])
    await pool.query('update rollup_progress set dropped_until = $1 where tier = 1', [new Date(gone)])
    const answer = await ask(`from=${oldest}&to=${now}&step=10s&agg=count&host=a&x=1`)
    expect(answer).toMatchObject({ step: MINUTE, resolution: '1m' })
    const wanted = truth(([, host, user]) => (host === 1 ? [user] : []), answer.from, now, MINUTE, 'count')
    same(answer.series[0]?.points ?? [], wanted)
    for (const agg of ['last', 'p99']) {
      const { status, body } = await server.get(`/api/v1/query?metric=m&from=${oldest}&agg=${agg}`)
      expect({ status, code: body.code }).toEqual({ status: 422, code: 'raw_no_longer_kept' })
      expect(body.detail).toContain(new Date(gone).toISOString())
    }
    expect((await ask(`from=${gone}&agg=p99`)).resolution).toBe('raw')
  })
})

describe('which tiers are chosen', () => {
  const reach: Reach = {
    rawSince: 10 * DAY,
    minutesSince: 5 * DAY,
    minutesUntil: 20 * DAY,
    hoursUntil: 19 * DAY
  }
  const plan = (from: number, to: number, step: number) => planTiers(reach, from, to, step, 'avg')

  test('hours, then minutes, then samples, side by side', () => {
    expect(plan(11 * DAY + 5, 21 * DAY, HOUR)).toEqual({
      sections: [
        { resolution: '1h', from: 11 * DAY, to: 19 * DAY },
        { resolution: '1m', from: 19 * DAY, to: 20 * DAY },
        { resolution: 'raw', from: 20 * DAY, to: 21 * DAY }
      ],
      ...{ resolution: '1h', step: HOUR, from: 11 * DAY }
    })
  })

  test('the end is exact while finer rows are kept, and whole where they are not', () => {
    expect(plan(12 * DAY, 13 * DAY + 90 * MINUTE + 5, HOUR).sections).toEqual([
      { resolution: '1h', from: 12 * DAY, to: 13 * DAY + HOUR },
      { resolution: '1m', from: 13 * DAY + HOUR, to: 13 * DAY + 90 * MINUTE },
      { resolution: 'raw', from: 13 * DAY + 90 * MINUTE, to: 13 * DAY + 90 * MINUTE + 5 }
    ])
    expect(plan(DAY, 2 * DAY + 90 * MINUTE, HOUR).sections).toEqual([
      { resolution: '1h', from: DAY, to: 2 * DAY + 2 * HOUR }
    ])
    expect(plan(6 * DAY, 7 * DAY + 5, MINUTE).sections).toEqual([
      { resolution: '1m', from: 6 * DAY, to: 7 * DAY + MINUTE }
    ])
  })

  test('a step is widened to what is kept', () => {
    expect(plan(11 * DAY, 12 * DAY, 10_000)).toMatchObject({ step: 10_000, resolution: 'raw' })
    expect(plan(6 * DAY, 12 * DAY, 90_000)).toMatchObject({ step: 2 * MINUTE, resolution: '1m' })
    expect(plan(DAY, 12 * DAY, 90_000)).toMatchObject({ step: HOUR, resolution: '1h' })
  })

  test('before anything was computed, samples answer', () => {
    const fresh: Reach = { rawSince: 0, minutesSince: 0, minutesUntil: 0, hoursUntil: 0 }
    expect(planTiers(fresh, 5, 10, HOUR, 'max').sections).toEqual([{ resolution: 'raw', from: 5, to: 10 }])
  })

  test('auto: 300 points of one line, fewer of many, and no more rows than needed', () => {
    expect(autoStep(HOUR, 1, 1)).toBe(15_000)
    expect(autoStep(DAY, 1, 1)).toBe(5 * MINUTE)
    expect(autoStep(DAY, 100, 100)).toBe(HOUR)
    expect(autoStep(30 * DAY, 100, 100)).toBe(6 * HOUR)
    expect(autoStep(365 * DAY, 1, 1)).toBe(48 * HOUR)
  })
})
