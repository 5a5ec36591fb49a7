/**
 * The process that is ten thousand agents: each sends its tick at the multiples of the interval, a little later than
 * others do, on a connection of its own, and again by an agent's rules until it is settled.
 */
import { randomUUIDv7 } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { delayMs } from '../../agent/src/backoff.ts'
import { quantile } from './freshness.ts'
import { createPoster, type Poster } from './load-poster.ts'
import { type LoadHost, loadHosts } from './load-requests.ts'

export interface AgentsLoad {
  /** Of the gateways: the agents take them in turn, as a load balancer would have them do. */
  ports: number[]
  secret: string
  agents: number
  width: number
  kinds: number
  /** Ticks of each, the first of which brings its series. */
  ticks: number
  /** Epoch ms, a multiple of the interval. */
  first: number
  intervalMs: number
  /** From its tick on, an agent waits for its own part of this before it sends, ms. */
  spreadMs: number
}

export interface AgentsSent {
  /** Batches. */
  accepted: number
  /** Of all answers but 202, and of connections that broke, by what they were. */
  refused: Record<string, number>
  /** Ticks that were not accepted before the next one began. */
  late: number
  /** From when a tick was to be sent to its 202, ms. */
  p50: number
  p99: number
  most: number
}

const load = JSON.parse(process.argv[2] ?? '{}') as AgentsLoad
const { agents: count, width, kinds, ticks, first, intervalMs, spreadMs, secret } = load
/** As for an agent: the gateway will say the same of these bodies next time. */
const FINAL = new Set([400, 403, 409, 413, 415, 422])
/** How long those are waited for at the end that are still on their way. */
const REST_MS = 60_000

interface Agent {
  host: LoadHost
  poster: Poster
  /** Sends after its tick, ms. */
  offset: number
  /** The gateway has its series. */
  known: boolean
  /** Ticks to be sent, epoch ms; the newest goes first. */
  waiting: number[]
  busy: boolean
}

const hostOf = loadHosts({ secret, width, kinds, encoding: 'agent', intervalMs })
const agents = Array.from({ length: count }, (_, number): Agent => {
  const poster = createPoster(load.ports[number % load.ports.length] as number)
  const offset = (number / count) * spreadMs
  return { host: hostOf(number), poster, offset, known: false, waiting: [], busy: false }
})
const refused: Record<string, number> = {}
const took: number[] = []
let late = 0
let settled = 0

async function settle(agent: Agent, time: number): Promise<void> {
  const batch = randomUUIDv7()
  let request = agent.host.request(agent.known ? 'layout' : 'series', time, 1, batch)
  for (let failures = 1; ; failures++) {
    const { status, code, retryAfter } = await agent.poster.post(request)
    if (status === 202) {
      agent.known = true
      took.push(Date.now() - time - agent.offset)
      if (Date.now() >= time + intervalMs) late++
      return
    }
    refused[code] = (refused[code] ?? 0) + 1
    if (status === 409 && agent.known) {
      agent.known = false
      request = agent.host.request('series', time, 1, batch)
      continue
    }
    if (FINAL.has(status)) return
    await sleep(delayMs(failures, retryAfter, Date.now(), Math.random()))
  }
}

async function work(agent: Agent): Promise<void> {
  agent.busy = true
  for (let time = agent.waiting.pop(); time !== undefined; time = agent.waiting.pop()) {
    await settle(agent, time)
    settled++
  }
  agent.busy = false
}

for (let tick = 0; tick < ticks; tick++) {
  const time = first + tick * intervalMs
  for (const agent of agents) {
    const early = time + agent.offset - Date.now()
    if (early > 0) await sleep(early)
    agent.waiting.push(time)
    if (!agent.busy) void work(agent)
  }
}
const end = Date.now() + REST_MS
while (settled < count * ticks && Date.now() < end) await sleep(50)
took.sort((a, b) => a - b)
const sent: AgentsSent = {
  ...{ accepted: took.length, refused, late: late + count * ticks - settled },
  ...{ p50: quantile(took, 0.5), p99: quantile(took, 0.99), most: took.at(-1) ?? Number.NaN }
}
process.send?.(sent)
process.once('disconnect', () => process.exit()) // not before: it is still asked what it used
