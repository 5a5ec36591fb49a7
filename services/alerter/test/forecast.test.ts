/** Disks that will be full: a straight line through the past, and the disks that it must not speak of. */
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { forecastFinding, type TrendPoint, timeToLimit } from '../src/evaluate/forecast.ts'
import { marksIn } from '../src/evaluate/trends.ts'
import { HOUR, MINUTE, SECOND, START, startWorld, type World } from './world.ts'

const CONDITION = {
  ...{ kind: 'forecast' as const, metric: 'system.filesystem.utilization' },
  ...{ window: '6h', limit: 1, within: '24h' }
}
const GROUP = { key: '{}', labels: {}, unit: '1', seriesIds: [1] }

/** Every six minutes for six hours up to now. @param value by hours before now, from -6 to 0 */
const past = (value: (hour: number) => number): TrendPoint[] =>
  Array.from({ length: 61 }, (_, i) => ({ time: START + (i - 60) * 6 * MINUTE, value: value((i - 60) / 10) }))
const look = (points: readonly TrendPoint[]) => forecastFinding(CONDITION, GROUP, points)

describe('the line', () => {
  test('what grows by a percent an hour reaches its limit when it should', () => {
    expect(
      timeToLimit(
        past((hour) => 0.8 + hour / 100),
        1
      ) / HOUR
    ).toBeCloseTo(20, 6)
    const finding = look(past((hour) => 0.8 + hour / 100))
    expect(finding).toMatchObject({ seen: true, bad: true, recovered: false, value: 0.8 })
    expect(finding.describe()).toBe(
      'system.filesystem.utilization is 80 %; as in the last 6h, it reaches 100 % in 20 h'
    )
  })

  test.each<[string, (hour: number) => number]>([
    ['idle', () => 0.95],
    ['falling', (hour) => 0.6 - hour / 20],
    ['growing slowly', (hour) => 0.5 + hour / 100],
    ['breathing', (hour) => 0.5 + 0.05 * Math.sin(hour * 6)],
    ['just cleaned up', (hour) => (hour < -1 ? 0.9 + hour / 60 : 0.2)],
    ['filled by one copy hours ago', (hour) => (hour < -4 ? 0.4 : 0.7)]
  ])('a disk that is %s does not fire', (_, value) => {
    expect(look(past(value))).toMatchObject({ seen: true, bad: false })
  })

  test('it is over only when the limit is clearly farther away', () => {
    expect(look(past((hour) => 0.75 + hour / 100))).toMatchObject({ bad: false, recovered: false })
    expect(look(past((hour) => 0.7 + hour / 100))).toMatchObject({ bad: false, recovered: true })
    expect(look(past((hour) => (hour < 0 ? 0.9 : 1)))).toMatchObject({ recovered: false })
  })

  test('too few points, or points of too short a time, are no data', () => {
    expect(look(past((hour) => 0.8 + hour / 100).slice(-29))).toMatchObject({ seen: false, bad: false })
    expect(look(past((hour) => 0.8 + hour / 100).filter((_, i) => i % 7 === 0))).toMatchObject({
      seen: false
    })
    expect(look([])).toMatchObject({ seen: false, value: null })
  })

  test('whatever does not grow never fires, and what grows straight is told to the minute', () => {
    const flat = fc.record({
      level: fc.double({ min: 0, max: 1, noNaN: true }),
      falls: fc.double({ min: 0, max: 0.1, noNaN: true })
    })
    fc.assert(
      fc.property(flat, ({ level, falls }) => {
        expect(look(past((hour) => level - falls * (hour + 6)))).toMatchObject({ bad: false })
      })
    )
    const grows = fc.record({
      level: fc.double({ min: 0, max: 0.9, noNaN: true }),
      by: fc.double({ min: 0.001, max: 0.5, noNaN: true })
    })
    fc.assert(
      fc.property(grows, ({ level, by }) => {
        const away = timeToLimit(
          past((hour) => level + by * hour),
          1
        )
        expect(Math.abs(away - ((1 - level) / by) * HOUR)).toBeLessThan(MINUTE)
      })
    )
  })
})

test('marks stay where they are while time goes on', () => {
  const marks = marksIn(6 * HOUR, START - 6 * HOUR, START)
  expect(marks).toHaveLength(59)
  expect(new Set(marks.map((mark) => mark % (6 * MINUTE)))).toEqual(new Set([0]))
  const later = marksIn(6 * HOUR, START - 6 * HOUR + 7 * MINUTE, START + 7 * MINUTE)
  expect(later.filter((mark) => !marks.includes(mark))).toHaveLength(2)
  expect(marks.filter((mark) => !later.includes(mark))).toHaveLength(1)
})

describe('in the database', () => {
  let world: World
  beforeEach(async () => {
    world = await startWorld()
  })
  afterEach(() => world?.close())

  /** Minutes of a host as the writer rolls them up, both ends included. */
  async function minutes(
    host: string,
    from: number,
    to: number,
    value: (at: number) => number
  ): Promise<void> {
    await world.send(host, to, { [`system.filesystem.utilization{disk=${host}}`]: value(to), other: 0 })
    const times: number[] = []
    for (let at = from; at <= to; at += MINUTE) times.push(at)
    await world.db.pool.query(
      `insert into frames_1m
       select m.time, h.id, l.id, array[m.value, 0], array[m.value, 0], array[m.value, 0], '{6, 6}'
       from hosts h, layouts l, unnest($2::timestamptz[], $3::float4[]) as m (time, value) where h.name = $1 and l.hash like '%disk=' || $1 || '}%'
       on conflict do nothing`,
      [host, times.map((at) => new Date(at).toISOString()), times.map(value)]
    )
    await world.db.pool.query('update rollup_progress set done_until = $1 where tier = 1', [
      new Date(to + MINUTE)
    ])
  }

  test('it fires for the disk that fills up, and goes on from look to look', async () => {
    await world.rule({ name: 'Full soon', condition: CONDITION, for: '10m' })
    const grows = (at: number) => 0.8 + ((at - START) / HOUR) * 0.02
    const told: string[] = []
    for (let at = START; at <= START + 12 * MINUTE; at += MINUTE) {
      await minutes('a', at === START ? at - 6 * HOUR : at, at, grows)
      await minutes('b', at === START ? at - 6 * HOUR : at, at, () => 0.95)
      await world.look(at + 30 * SECOND)
      told.push(...world.told())
    }
    expect(told).toEqual(['firing Full soon: a{disk=a}'])
    expect(world.messages[0]?.alerts[0]?.summary).toMatch(
      /utilization is 80\.3 %; .* it reaches 100 % in 9\.8 h$/
    )
    expect(await world.states()).toEqual(['Full soon a{disk=a}: firing'])
  })

  test('a new host is unknown until there is enough of its past', async () => {
    await world.rule({ name: 'Full soon', condition: { ...CONDITION, window: '1h' } })
    await minutes('a', START - 10 * MINUTE, START, () => 0.5)
    await world.look(START + SECOND)
    expect(await world.states()).toEqual(['Full soon a{disk=a}: unknown'])
    await minutes('a', START, START + 30 * MINUTE, () => 0.5)
    await world.look(START + 30 * MINUTE + SECOND)
    expect(await world.states()).toEqual([])
    // A series that comes later has its past read, too.
    await minutes('b', START - HOUR, START + 30 * MINUTE, (at) => 0.9 + ((at - START) / HOUR) * 0.01)
    await world.look(START + 41 * MINUTE)
    expect(world.told()).toEqual(['firing Full soon: b{disk=b}'])
  })
})
