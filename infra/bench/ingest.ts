/** `bench ingest`: what a million samples cost, from the POST to the committed row, by process. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { openPool, type Pool } from '@miniobserv/db'
import { openRedis } from '@miniobserv/stream'
import { isDrained } from '../e2e/chaos/rest.ts'
import { startStack } from '../e2e/chaos/stack.ts'
import type { Supervised } from '../e2e/chaos/supervise.ts'
import { type Bench, type Benchmark, type Result, until } from './benchmark.ts'
import { cpuMeter } from './cpu.ts'
import { quantile, watchFreshness } from './freshness.ts'
import type { IngestLoad, Message, Order, Sent } from './load-ingest.ts'

const [SECRET, WITHIN_MS, INTERVAL_MS] = [
  'a secret that only benchmarks use and nobody else',
  600_000,
  10_000
]
const MINUTE = 60_000
/** Sent before the clock runs: what is compiled and remembered by then is so in a server's life, too. */
const WARM_UP_TICKS = 12

export const ingest: Benchmark = {
  summary: 'CPU seconds a million samples by process, samples a second, freshness',
  options: {
    samples: { default: '10000000', help: 'how many are sent while the clock runs, about' },
    hosts: { default: '1000', help: 'simulated hosts' },
    series: { default: '60', help: 'series of each' },
    kinds: { default: '10', help: 'kinds of hosts, each with a layout of its own' },
    points: { default: '1', help: 'points in one request' },
    form: { default: 'layout', help: 'what says what the columns are: series or layout' },
    encoding: { default: 'agent', help: 'of the bodies: none, gzip, zstd, or agent: gzip from 1 KiB on' },
    connections: { default: '64', help: 'kept connections' },
    rate: { default: '0', help: 'requests a second; 0 for as fast as answers come' },
    rollups: { default: 'yes', help: 'whether minutes and hours are computed meanwhile: yes or no' }
  },
  run
}

async function run(flags: Record<string, string>, bench: Bench): Promise<Result> {
  const { home, note, defer, signal } = bench
  const number = (flag: string) => Number(flags[flag])
  const [hosts, width, points] = [number('hosts'), number('series'), number('points')]
  const stack = await startStack({
    home,
    secret: SECRET,
    ingests: 1,
    writers: 1,
    claimAfterMs: WITHIN_MS,
    redisMemory: 4 * 1024 ** 3,
    redis: { 'auto-aof-rewrite-min-size': '64mb' },
    env: { HOST_RATE: '100000000', ...(flags.rollups === 'no' && { UPKEEP_INTERVAL: '1d' }) },
    onTrouble: note
  })
  defer(() => stack.end())
  const redis = openRedis(stack.redisUrl, { name: 'bench', onError: () => undefined })
  defer(() => redis.disconnect())
  const db = openPool(stack.databaseUrl, { name: 'bench', max: 1, onError: () => undefined })
  defer(() => db.end())

  const [warmUp, ticks] = [
    Math.ceil(WARM_UP_TICKS / points) * points,
    Math.max(1, Math.round(number('samples') / hosts / width / points)) * points
  ]
  const firstOf = (now: number) =>
    Math.floor(now / MINUTE) * MINUTE - 2 * MINUTE - (warmUp + ticks) * INTERVAL_MS
  const port = stack.ingestPorts[0] as number
  const load: IngestLoad = {
    ...{ port, secret: SECRET, hosts, width, warmUp, ticks, points },
    ...{ kinds: number('kinds'), connections: number('connections'), rate: number('rate') },
    form: flags.form as IngestLoad['form'],
    encoding: flags.encoding as IngestLoad['encoding'],
    first: firstOf(Date.now()),
    intervalMs: INTERVAL_MS
  }
  note(`making ${(hosts * ticks) / points} requests`)
  const sender = fork(fileURLToPath(new URL('load-ingest.ts', import.meta.url)), [JSON.stringify(load)])
  defer(() => sender.kill())
  await heard(sender, signal)
  const order = async (what: Order): Promise<Sent> => {
    sender.send(what)
    const message = await heard(sender, signal)
    if (!('sent' in message)) throw new Error('the load generator is out of step')
    return message.sent
  }
  const drained = () => until(() => isDrained(redis), WITHIN_MS, signal)
  const rolledUp = () => until(() => nothingIsDue(db), WITHIN_MS, signal)

  note('warming up')
  await order('warm up')
  await drained()
  if (flags.rollups !== 'no') await rolledUp()

  const pidsOf = (kind: Supervised['kind']) =>
    stack.parts.filter((part) => part.kind === kind).map(({ pid = 0 }) => pid)
  const { rows } = await db.query('select pg_backend_pid() as pid')
  const meter = cpuMeter({
    ingest: pidsOf('ingest'),
    writer: pidsOf('writer'),
    redis: pidsOf('redis'),
    postgres: pidsOf('postgres'),
    load: [sender.pid ?? 0],
    probe: [rows[0].pid]
  })
  const before = await count(db)
  const freshness = watchFreshness(`http://127.0.0.1:${port}`, SECRET, db)
  note('sending')
  const began = performance.now()
  const sent = await order('send')
  const fresh = await freshness.stop()
  await drained()
  const seconds = (performance.now() - began) / 1_000
  const used = meter.read()
  if (flags.rollups !== 'no') await rolledUp()
  const rolled = meter.read()

  const frames = (await count(db)) - before - fresh.length
  const samples = frames * width
  const millions = samples / 1e6
  const cost = (value: number) => Number((value / millions).toFixed(3))
  const postgres = used.postgres - used.probe
  const whole = (of: typeof used) => of.ingest + of.writer + of.redis + of.postgres - of.probe
  const asked = hosts * ticks
  const refused = Object.entries(sent.statuses).filter(([status]) => status !== '202')
  return {
    passed: frames === asked && refused.length === 0,
    figures: {
      'samples stored': `${samples} of ${asked * width}`,
      'bytes a request': Math.round(sent.bytesARequest),
      'accepted, samples/s': Math.round(samples / sent.seconds),
      'stored, samples/s': Math.round(samples / seconds),
      cpuSecondsPerMillion: {
        total: cost(whole(used)),
        ingest: cost(used.ingest),
        writer: cost(used.writer),
        redis: cost(used.redis),
        postgres: cost(postgres)
      },
      'total when all is rolled up': cost(whole(rolled)),
      'load generator, CPU s a million': cost(used.load),
      'answer p50/p99, ms': `${sent.p50.toFixed(1)} / ${sent.p99.toFixed(1)}`,
      'readable after p50/p99, ms': `${quantile(fresh, 0.5).toFixed(0)} / ${quantile(fresh, 0.99).toFixed(0)}`
    },
    remarks: refused.map(([status, times]) => `${times} requests were answered ${status}`)
  }
}

async function heard(sender: ReturnType<typeof fork>, signal: AbortSignal): Promise<Message> {
  const gone = once(sender, 'exit', { signal }).then(() => {
    throw new Error('the load generator ended by itself')
  })
  const [message] = await Promise.race([once(sender, 'message', { signal }), gone])
  return message as Message
}

async function nothingIsDue(db: Pool): Promise<boolean> {
  const { rows } = await db.query(
    `select count(*)::int as due from rollups_due
     where tier = 1 and time < now() - interval '2 minutes' or tier = 2 and time < now() - interval '65 minutes'`
  )
  return rows[0].due === 0
}

async function count(db: Pool): Promise<number> {
  const { rows } = await db.query('select count(*)::int as frames from frames')
  return rows[0].frames
}
