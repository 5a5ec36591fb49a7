/** `bench agents`: many hosts at an agent's own rhythm. Is anything refused, is anything late, and what does it take? */
import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Pool } from '@miniobserv/db'
import { type Bench, type Benchmark, pause, type Result } from './benchmark.ts'
import { quantile, watchFreshness } from './freshness.ts'
import type { AgentsLoad, AgentsSent } from './load-agents.ts'
import { heard, startLoadedServer } from './loaded-server.ts'

const SECRET = 'a secret that only benchmarks use and nobody else'
const MINUTE = 60_000

export const agents: Benchmark = {
  summary: 'thousands of agents at their rhythm: refused, late, freshness, cores by process',
  options: {
    agents: { default: '10000', help: 'simulated agents, each with a connection of its own' },
    series: { default: '100', help: 'series of each' },
    minutes: { default: '5', help: 'for how long' },
    interval: { default: '10', help: 'seconds between two ticks of an agent' },
    spread: {
      default: '5',
      help: 'seconds after a tick within which the agents send; theirs is half of ten'
    },
    kinds: { default: '10', help: 'kinds of agents, each with a layout of its own' },
    ingests: { default: '1', help: 'gateways' },
    writers: { default: '1', help: 'writers' }
  },
  run
}

async function run(flags: Record<string, string>, bench: Bench): Promise<Result> {
  const { note, defer, signal } = bench
  const number = (flag: string) => Number(flags[flag])
  const [count, width, intervalMs] = [number('agents'), number('series'), number('interval') * 1_000]
  const ticks = Math.round((number('minutes') * MINUTE) / intervalMs)
  const options = { secret: SECRET, ingests: number('ingests'), writers: number('writers') }
  const server = await startLoadedServer(options, bench)

  // Some seconds for the load generator to make its agents.
  const first = Math.ceil((Date.now() + 5_000) / intervalMs) * intervalMs
  const load: AgentsLoad = {
    ...{ ports: server.ports, secret: SECRET, agents: count, width, kinds: number('kinds'), ticks },
    ...{ first, intervalMs, spreadMs: number('spread') * 1_000 }
  }
  note(`${count} agents, ${ticks} ticks of ${width} series`)
  const sender = fork(fileURLToPath(new URL('load-agents.ts', import.meta.url)), [JSON.stringify(load)])
  defer(() => sender.kill())
  const done = heard<AgentsSent>(sender, signal)
  await pause(first - Date.now(), signal)

  const read = await server.meter(sender)
  const began = performance.now()
  const freshness = watchFreshness(server.url, SECRET, server.probe)
  const unstored: number[] = []
  for (let tick = 0; tick < ticks; tick++) {
    const time = first + tick * intervalMs
    await pause(time + intervalMs - Date.now(), signal)
    signal.throwIfAborted()
    unstored.push(count - (await storedAt(server.db, time)))
    if (tick % 6 === 5) note(`${unstored.slice(-6).join(' ')} of the last ticks were not stored in time`)
  }
  const sent = await done
  const fresh = await freshness.stop()
  await server.drained()
  const seconds = (performance.now() - began) / 1_000
  const used = read()
  const behind = await minutesBehind(server.db)
  const stored = (await server.frames()) - fresh.length

  const [asked, late] = [count * ticks, sent.late + unstored.reduce((sum, each) => sum + each, 0)]
  const refused = Object.values(sent.refused).reduce((sum, each) => sum + each, 0)
  const cores = (value: number) => Number((value / seconds).toFixed(3))
  return {
    passed: sent.accepted === asked && stored === asked && refused === 0 && late === 0,
    figures: {
      'samples/s': Math.round((count * width * 1_000) / intervalMs),
      'ticks accepted': `${sent.accepted} of ${asked}`,
      'ticks stored': `${stored} of ${asked}`,
      refused: refused === 0 ? 0 : sent.refused,
      'accepted late': sent.late,
      'stored late': late - sent.late,
      'answer p50/p99/most, ms': [sent.p50, sent.p99, sent.most].map(Math.round).join(' / '),
      'readable after p50/p99/most, ms': [0.5, 0.99, 1]
        .map((part) => quantile(fresh, part).toFixed(0))
        .join(' / '),
      'minutes are complete until, s ago': Math.round(behind / 1_000),
      cores: {
        ...Object.fromEntries(Object.entries(used).map(([role, value]) => [role, cores(value)])),
        all: cores(Object.values(used).reduce((sum, each) => sum + each, 0)),
        'of the machine': availableParallelism()
      },
      'CPU s a million samples, load apart': Number(
        ((used.ingest + used.writer + used.redis + used.postgres) / ((stored * width) / 1e6)).toFixed(2)
      )
    },
    remarks: ['late: not accepted, or not to be read, when the next tick of the agents begins']
  }
}

/** How many hosts have a frame of this time; asked by the key, because it goes on beside the load. */
async function storedAt(db: Pool, time: number): Promise<number> {
  const { rows } = await db.query({
    name: 'stored',
    text: `select count(*)::int as hosts from hosts h
           where exists (select from frames f where f.host_id = h.id and f.time = $1)`,
    values: [new Date(time)]
  })
  return rows[0].hosts
}

/** How far the rollups are behind, ms. */
async function minutesBehind(db: Pool): Promise<number> {
  const { rows } = await db.query('select done_until as done from rollup_progress where tier = 1')
  return Date.now() - Number(rows[0].done)
}
