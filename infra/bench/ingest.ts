/** `bench ingest`: what a million samples cost, from the POST to the committed row, by process. */
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Bench, Benchmark, Result } from './benchmark.ts'
import { quantile, watchFreshness } from './freshness.ts'
import type { IngestLoad, Message, Order, Sent } from './load-ingest.ts'
import { heard, startLoadedServer } from './loaded-server.ts'

const SECRET = 'a secret that only benchmarks use and nobody else'
const INTERVAL_MS = 10_000
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
  const { note, defer, signal } = bench
  const number = (flag: string) => Number(flags[flag])
  const [hosts, width, points] = [number('hosts'), number('series'), number('points')]
  const env = { HOST_RATE: '100000000', ...(flags.rollups === 'no' && { UPKEEP_INTERVAL: '1d' }) }
  const server = await startLoadedServer({ secret: SECRET, env }, bench)

  const [warmUp, ticks] = [
    Math.ceil(WARM_UP_TICKS / points) * points,
    Math.max(1, Math.round(number('samples') / hosts / width / points)) * points
  ]
  const firstOf = (now: number) =>
    Math.floor(now / MINUTE) * MINUTE - 2 * MINUTE - (warmUp + ticks) * INTERVAL_MS
  const load: IngestLoad = {
    ...{ port: server.ports[0] as number, secret: SECRET, hosts, width, warmUp, ticks, points },
    ...{ kinds: number('kinds'), connections: number('connections'), rate: number('rate') },
    form: flags.form as IngestLoad['form'],
    encoding: flags.encoding as IngestLoad['encoding'],
    first: firstOf(Date.now()),
    intervalMs: INTERVAL_MS
  }
  note(`making ${(hosts * ticks) / points} requests`)
  const sender = fork(fileURLToPath(new URL('load-ingest.ts', import.meta.url)), [JSON.stringify(load)])
  defer(() => sender.kill())
  await heard<Message>(sender, signal)
  const order = async (what: Order): Promise<Sent> => {
    sender.send(what)
    const message = await heard<Message>(sender, signal)
    if (!('sent' in message)) throw new Error('the load generator is out of step')
    return message.sent
  }

  note('warming up')
  await order('warm up')
  await server.drained()
  if (flags.rollups !== 'no') await server.rolledUp()

  const before = await server.frames()
  const read = await server.meter(sender)
  const freshness = watchFreshness(server.url, SECRET, server.probe)
  note('sending')
  const began = performance.now()
  const sent = await order('send')
  const fresh = await freshness.stop()
  await server.drained()
  const seconds = (performance.now() - began) / 1_000
  const used = read()
  if (flags.rollups !== 'no') await server.rolledUp()
  const rolled = read()

  const frames = (await server.frames()) - before - fresh.length
  const samples = frames * width
  const cost = (value: number) => Number((value / (samples / 1e6)).toFixed(3))
  const whole = ({ ingest, writer, redis, postgres }: typeof used) => ingest + writer + redis + postgres
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
        postgres: cost(used.postgres)
      },
      'total when all is rolled up': cost(whole(rolled)),
      'load generator, CPU s a million': cost(used.load),
      'answer p50/p99, ms': `${sent.p50.toFixed(1)} / ${sent.p99.toFixed(1)}`,
      'readable after p50/p99, ms': `${quantile(fresh, 0.5).toFixed(0)} / ${quantile(fresh, 0.99).toFixed(0)}`
    },
    remarks: refused.map(([status, times]) => `${times} requests were answered ${status}`)
  }
}
