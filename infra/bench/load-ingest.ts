/** The process that sends the load of `bench ingest`: everything ready before, then as fast as answers come. */
import { type LoadConnection, openConnection } from './load-connection.ts'
import { type BodyEncoding, loadHosts } from './load-requests.ts'

export interface IngestLoad {
  port: number
  secret: string
  hosts: number
  width: number
  kinds: number
  form: 'series' | 'layout'
  encoding: BodyEncoding
  /** Ticks that each host sends before the clock runs, and while it runs. */
  warmUp: number
  ticks: number
  /** Ticks in one request. */
  points: number
  connections: number
  /** Requests a second; 0 for as fast as answers come. */
  rate: number
  /** Of the first tick, epoch ms. */
  first: number
  intervalMs: number
}

export interface Sent {
  seconds: number
  statuses: Record<number, number>
  /** From the request to its answer, ms. */
  p50: number
  p99: number
  bytesARequest: number
}

/** To the load: begin. From it: all is ready; the warm-up or the load is sent. */
export type Order = 'warm up' | 'send'
export type Message = { ready: true } | { sent: Sent }

const load = JSON.parse(process.argv[2] ?? '{}') as IngestLoad
const say = (message: Message) => process.send?.(message)
const hostOf = loadHosts(load)
const hosts = Array.from({ length: load.hosts }, (_, number) => hostOf(number))
let nextTime = load.first

/** All hosts' ticks, tick after tick. */
function requests(ticks: number, form: IngestLoad['form'] | 'first'): Buffer[] {
  const made: Buffer[] = []
  for (let tick = 0; tick < ticks; tick += load.points) {
    for (const host of hosts) {
      made.push(host.request(form === 'first' && tick === 0 ? 'series' : load.form, nextTime, load.points))
    }
    nextTime += load.points * load.intervalMs
  }
  return made
}

const warmUp = requests(load.warmUp, 'first')
const measured = requests(load.ticks, load.form)
const connections = Array.from({ length: load.connections }, () => openConnection(load.port))

async function send(queue: Buffer[]): Promise<Sent> {
  const statuses: Record<number, number> = {}
  const took = new Float64Array(queue.length)
  const began = performance.now()
  let next = 0
  const work = (connection: LoadConnection) =>
    new Promise<void>((resolve) => {
      const one = () => {
        const at = next
        const wait = load.rate === 0 ? 0 : began + (at / load.rate) * 1_000 - performance.now()
        const request = queue[at]
        if (!request) return resolve()
        if (wait > 1) return void setTimeout(one, wait)
        next++
        const sent = performance.now()
        connection.send(request, (status) => {
          took[at] = performance.now() - sent
          statuses[status] = (statuses[status] ?? 0) + 1
          one()
        })
      }
      one()
    })
  await Promise.all(connections.map(work))
  const seconds = (performance.now() - began) / 1_000
  const sorted = took.toSorted()
  const at = (part: number) => sorted[Math.floor((sorted.length - 1) * part)] ?? 0
  const bytes = queue.reduce((sum, { length }) => sum + length, 0)
  return { seconds, statuses, p50: at(0.5), p99: at(0.99), bytesARequest: bytes / queue.length }
}

process.on('message', (order: Order) => {
  void send(order === 'send' ? measured : warmUp).then((sent) => say({ sent }))
})
process.once('disconnect', () => process.exit())
say({ ready: true })
