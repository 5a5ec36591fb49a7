/**
 * `npm run bench:writers`: the same backlog stored by one writer and by three, in turn, twice. The streams are filled
 * before, so that only writers, Redis and PostgreSQL work while the clock runs.
 */
import { randomUUIDv7 } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import { openPool } from '@miniobserv/db'
import { append, layoutOf, openRedis, STREAMS } from '@miniobserv/stream'
import type { Redis } from 'ioredis'
import { childrenOf } from '../e2e/chaos/kill.ts'
import { isDrained } from '../e2e/chaos/rest.ts'
import { startStack } from '../e2e/chaos/stack.ts'
import type { Supervised } from '../e2e/chaos/supervise.ts'
import { pointOf, seriesOf } from '../e2e/chaos/values.ts'
import { benchmark, until } from './benchmark.ts'
import { cpuSeconds } from './cpu.ts'

const { values } = parseArgs({
  options: {
    hosts: { type: 'string', default: '100' },
    ticks: { type: 'string', default: '600' },
    series: { type: 'string', default: '60' },
    json: { type: 'boolean', default: false }
  }
})
const [hosts, ticks, width] = [values.hosts, values.ticks, values.series].map(Number) as [
  number,
  number,
  number
]
const [SECRET, WITHIN_MS, INTERVAL_MS] = [
  'a secret that only benchmarks use and nobody else',
  600_000,
  10_000
]

/** CPU seconds; `machine` is everybody's together. */
type Used = Record<'writers' | 'postgres' | 'redis' | 'machine', number>

/** One backlog, and what storing it took. */
interface Round {
  writers: number
  samplesPerSecond: number
  /** Cores in use on average, by whom. */
  cores: Record<keyof Used, number>
}

await benchmark(values.json, async ({ home, note, defer, signal }) => {
  const stack = await startStack({
    home,
    secret: SECRET,
    ingests: 0,
    writers: 0,
    claimAfterMs: WITHIN_MS,
    redisMemory: 4 * 1024 ** 3,
    onTrouble: note
  })
  defer(() => stack.end())
  const redis = openRedis(stack.redisUrl, { name: 'bench', onError: () => undefined })
  defer(() => redis.disconnect())
  const db = openPool(stack.databaseUrl, { name: 'bench', max: 1, onError: () => undefined })
  defer(() => db.end())
  const store = (kind: Supervised['kind']) => stack.parts.find((part) => part.kind === kind)?.pid ?? 0
  const used = (writers: Supervised[]): Used => ({
    writers: writers.reduce((sum, { pid = 0 }) => sum + cpuSeconds(pid), 0),
    postgres: [store('postgres'), ...childrenOf(store('postgres'))].reduce(
      (sum, pid) => sum + cpuSeconds(pid),
      0
    ),
    redis: cpuSeconds(store('redis')),
    machine: machineSeconds()
  })

  /** Writers wait, halted, until the streams are full: so starting them is not measured. */
  async function round(number: number, count: number): Promise<Round> {
    const writers = await Promise.all(Array.from({ length: count }, () => stack.addWriter()))
    await until(async () => (await reading(redis)) === count, 60_000, signal)
    for (const { pid = 0 } of writers) process.kill(pid, 'SIGSTOP')
    const first = Date.now() - (number + 1) * ticks * INTERVAL_MS
    const samples = await fill(redis, first)
    const before = used(writers)
    const start = performance.now()
    for (const { pid = 0 } of writers) process.kill(pid, 'SIGCONT')
    await until(() => isDrained(redis), WITHIN_MS, signal)
    const seconds = (performance.now() - start) / 1_000
    const after = used(writers)
    for (const writer of writers) await writer.end()
    const samplesPerSecond = Math.round(samples / seconds)
    note(`${count} of them: ${samples} samples in ${seconds.toFixed(1)} s, ${samplesPerSecond} a second`)
    const cores = (who: keyof Used) => Number(((after[who] - before[who]) / seconds).toFixed(2))
    return {
      writers: count,
      samplesPerSecond,
      cores: {
        writers: cores('writers'),
        postgres: cores('postgres'),
        redis: cores('redis'),
        machine: cores('machine')
      }
    }
  }

  const rounds: Round[] = []
  for (const count of [1, 3, 1, 3]) rounds.push(await round(rounds.length, count))
  const { rows } = await db.query('select count(*)::int as frames from frames')
  const expected = rounds.length * hosts * ticks
  const mean = (count: number) => {
    const chosen = rounds.filter(({ writers }) => writers === count)
    return Math.round(chosen.reduce((sum, { samplesPerSecond }) => sum + samplesPerSecond, 0) / chosen.length)
  }
  return {
    passed: rows[0].frames === expected,
    figures: {
      'cores of this machine': availableParallelism(),
      'batches a round': hosts * ticks,
      'one writer, samples/s': mean(1),
      'three writers, samples/s': mean(3),
      ratio: Number((mean(3) / mean(1)).toFixed(2)),
      'frames stored': `${rows[0].frames} of ${expected}`
    },
    remarks: rounds.map(
      ({ writers, samplesPerSecond, cores }) =>
        `${writers} writer(s): ${samplesPerSecond} samples/s; cores in use: writers ${cores.writers}, ` +
        `PostgreSQL ${cores.postgres}, Redis ${cores.redis}, the whole machine ${cores.machine}`
    )
  }
})

/** Puts one batch of each host and tick into the stream, by layout as an agent does. @returns samples in them */
async function fill(redis: Redis, first: number): Promise<number> {
  const series = seriesOf('', 0, width)
  const layout = layoutOf(series)
  let samples = 0
  for (let tick = 0; tick < ticks; tick++) {
    const time = first + tick * INTERVAL_MS
    const entries = Array.from({ length: hosts }, (_, i) => {
      const [batch, host] = [randomUUIDv7(), `bench-${i}`]
      const points = [pointOf(1, host, width, time)]
      samples += points[0]?.filter((value) => value !== null).length ?? 0
      const body = gzipSync(JSON.stringify({ batch, host, layout: layout.hash, points }))
      return { batch, host, at: Date.now(), encoding: 'gzip', body }
    })
    // The first brings the layout; each point's time is no sample.
    samples -= hosts
    await Promise.all(
      entries.map((entry, i) => append(redis, STREAMS.metrics, entry, i === 0 ? layout : undefined))
    )
  }
  return samples
}

/** Writers that wait for entries. */
async function reading(redis: Redis): Promise<number> {
  const clients = String(await redis.client('LIST')).split('\n')
  return clients.filter((client) => /cmd=xreadgroup/.test(client)).length
}

/** proc_stat(5): the first line without idle and iowait. */
function machineSeconds(): number {
  try {
    const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] =
      /^cpu +(.*)/.exec(readFileSync('/proc/stat', 'utf8'))?.[1]?.split(' ').map(Number) ?? []
    return (user + nice + system + irq + softirq) / 100
  } catch {
    return 0
  }
}
