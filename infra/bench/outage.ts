/**
 * `npm run bench:outage`: many hosts at their true rhythm while the database is away for minutes. Is anything lost, how
 * long does the backlog take, and how much of an outage does a gigabyte of Redis hold?
 */
import { parseArgs } from 'node:util'
import { openPool } from '@miniobserv/db'
import { openRedis } from '@miniobserv/stream'
import { createLedger } from '../e2e/chaos/ledger.ts'
import { startMeter } from '../e2e/chaos/meter.ts'
import { untilAllAreStored, untilDrained } from '../e2e/chaos/rest.ts'
import { startHost } from '../e2e/chaos/simulated-host.ts'
import { startStack } from '../e2e/chaos/stack.ts'
import { judgeStored } from '../e2e/chaos/stored.ts'
import { createTally } from '../e2e/chaos/tally.ts'
import { benchmark, pause, until } from './benchmark.ts'

const SECRET = 'a secret that only benchmarks use and nobody else'
const [GIB, MIB] = [1024 ** 3, 1024 ** 2]
const INTERVAL_MS = 10_000
const REST_MS = 20 * 60_000

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    hosts: { type: 'string', default: '500' },
    series: { type: 'string', default: '60' },
    json: { type: 'boolean', default: false }
  }
})
const [minutes, count, width] = [values.minutes, values.hosts, values.series].map(Number) as [
  number,
  number,
  number
]
const perSecond = (count * 1_000) / INTERVAL_MS

await benchmark(values.json, async ({ home, note, defer, signal }) => {
  const stack = await startStack({
    home,
    secret: SECRET,
    ingests: 1,
    writers: 1,
    claimAfterMs: 30_000,
    redisMemory: 4 * GIB,
    onTrouble: note
  })
  defer(() => stack.end())
  const db = openPool(stack.databaseUrl, { name: 'bench', max: 2, onError: () => undefined })
  defer(() => db.end())
  const redis = openRedis(stack.redisUrl, { name: 'bench', onError: () => undefined })
  defer(() => redis.disconnect())
  const meter = startMeter(redis, db)
  defer(() => meter.stop())
  const { measures } = meter

  const names = Array.from({ length: count }, (_, i) => `bench-${String(i + 1).padStart(5, '0')}`)
  const ledger = createLedger(1, width, names)
  const tally = createTally()
  const rhythm = { metricsMs: INTERVAL_MS, logsMs: 0, lines: 0, changes: 0 }
  const url = `http://127.0.0.1:${stack.ingestPorts[0]}`
  const each = { seed: 1, width, url, secret: SECRET, rhythm, forgets: 0, tally, signal }
  const hosts = ledger.hosts.map((own) => startHost({ ...each, host: own.host }, own))
  await untilAllAreStored(db, names, signal)
  await pause(INTERVAL_MS, signal)

  const memory = async () => Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1])
  const before = {
    memory: await memory(),
    backlog: measures.backlog,
    batches: tally.batches,
    retries: tally.retries
  }
  note(`${count} hosts send ${perSecond} batches a second; the database stops for ${minutes} min`)
  const began = performance.now()
  const away = stack.parts.find(({ kind }) => kind === 'postgres')?.stopFor(minutes * 60_000)
  let back = false
  away?.then(() => {
    back = true
  })
  for (let said = 0; !back && !signal.aborted; said++) {
    if (said % 30 === 0)
      note(`${measures.backlog} batches wait, Redis uses ${Math.round((await memory()) / MIB)} MiB`)
    await pause(1_000, signal)
  }
  const atPeak = { memory: measures.peakRedisMemory, backlog: measures.maxBacklog }
  const taken = tally.batches - before.batches
  const outageMs = performance.now() - began
  note('the database is back')
  const returned = performance.now()
  // The load goes on: worked off means that no more waits than what comes in a second.
  await until(() => measures.backlog <= perSecond, REST_MS, signal)
  const workedOffMs = performance.now() - returned
  note('worked off; the hosts stop')
  await Promise.all(hosts.map((host) => host.finish()))
  const drained = await untilDrained(redis, performance.now() + REST_MS, signal)
  const verdict = await judgeStored(db, ledger)

  const bytesABatch = (atPeak.memory - before.memory) / (atPeak.backlog - before.backlog)
  const hostMinutesPerGiB = Math.round(GIB / bytesABatch / (60_000 / INTERVAL_MS))
  const { acknowledgedSamples, storedSamples, lost, duplicated, wrong, examples } = verdict
  return {
    passed: lost + duplicated + wrong === 0 && drained,
    figures: {
      hosts: count,
      'series a host': width,
      'database away, s': Math.round(outageMs / 1_000),
      'batches taken meanwhile': taken,
      'requests repeated': tally.retries - before.retries,
      'most batches waiting': atPeak.backlog,
      'Redis at its peak, MiB': Math.round(atPeak.memory / MIB),
      'Redis, bytes a batch': Math.round(bytesABatch),
      'worked off after, s': Number((workedOffMs / 1_000).toFixed(1)),
      'samples/s while working off': Math.round(
        (atPeak.backlog * (storedSamples / tally.batches)) / (workedOffMs / 1_000)
      ),
      'host × minutes in 1 GiB': hostMinutesPerGiB,
      'minutes of these hosts in 1 GiB': Math.round(hostMinutesPerGiB / count),
      'samples acknowledged': acknowledgedSamples,
      'samples stored': storedSamples,
      lost,
      duplicated,
      wrong
    },
    remarks: examples
  }
})
