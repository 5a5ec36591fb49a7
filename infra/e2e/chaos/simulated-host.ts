/** One simulated agent: cuts batches at its rhythm, whether or not they can be sent, and sends them in order. */
import { randomUUIDv7 } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import type { HostLedger, Ledger } from './ledger.ts'
import { createRandom } from './random.ts'
import { createSender, type SenderOptions } from './sender.ts'
import { lineOf, pointOf, seriesOf, VARIANTS } from './values.ts'

export interface Rhythm {
  /** Between two ticks of metrics, and between two batches of log lines (0: none), ms on average. */
  metricsMs: number
  logsMs: number
  /** Log lines in a batch at most. */
  lines: number
  /** How often a tick comes with another series list, from 0 to 1. */
  changes: number
}

export interface SimulatedHost {
  /** Cuts no more; resolves when all is sent or given up. */
  finish(): Promise<void>
  /** Batches cut and not yet settled. */
  waiting(): number
}

/** Beyond so many unsent batches a host cuts no more: bounds the memory of a run that never gets through. */
const MOST_WAITING = 2_000

type HostOptions = Omit<SenderOptions, 'random'> & Pick<Ledger, 'seed' | 'width'> & { rhythm: Rhythm }

export function startHost(options: HostOptions, ledger: HostLedger): SimulatedHost {
  const { seed, width, host, rhythm, signal } = options
  const random = createRandom(seed, `host ${host}`)
  const sender = createSender({ ...options, random: createRandom(seed, `sender ${host}`) })
  const finishing = new AbortController()
  const until = AbortSignal.any([finishing.signal, signal])
  const layouts = new Map<number, string>()
  let waiting = 0
  let variant = rhythm.changes === 0 ? 0 : random.below(VARIANTS)
  let lastTime = 0
  let nextLine = 1

  /** Of a frame and of a block of lines alike, each time is used once. */
  function takeTimes(count: number): number {
    const time = Math.max(Date.now(), lastTime + 1)
    lastTime = time + count - 1
    return time
  }

  function cutMetrics(): () => Promise<void> {
    if (random.next() < rhythm.changes) variant = random.below(VARIANTS)
    const [mine, time, batch] = [variant, takeTimes(1), randomUUIDv7()]
    const series = seriesOf(host, mine, width)
    const points = [pointOf(seed, host, series.length, time)]
    const sent = { variant: mine, acknowledged: false }
    ledger.frames.set(time, sent)
    const withSeries = () => pack({ batch, host, info: { 'os.type': 'chaos' }, series, points })
    const layout = layouts.get(mine)
    const body = layout === undefined ? withSeries() : pack({ batch, host, layout, points })
    return async () => {
      const answer = await sender.deliver('/api/v1/metrics', body, withSeries)
      if (answer?.status !== 202) return
      sent.acknowledged = true
      if (answer.layout !== undefined) layouts.set(mine, answer.layout)
    }
  }

  function cutLogs(): () => Promise<void> {
    const count = 1 + random.below(rhythm.lines)
    const sent = { first: nextLine, count, time: takeTimes(count), acknowledged: false }
    nextLine += count
    ledger.lines.push(sent)
    const lines = Array.from({ length: count }, (_, i) => lineOf(seed, host, sent.first + i, sent.time + i))
    const body = pack({ batch: randomUUIDv7(), host, lines })
    return async () => {
      const answer = await sender.deliver('/api/v1/logs', body)
      sent.acknowledged = answer?.status === 202
    }
  }

  async function run(cut: () => () => Promise<void>, everyMs: number): Promise<void> {
    if (everyMs === 0) return
    let sending = Promise.resolve()
    await sleep(random.next() * everyMs, undefined, { signal: until }).catch(() => {})
    for (let due = performance.now(); !until.aborted; due += everyMs) {
      if (waiting < MOST_WAITING) {
        const send = cut()
        waiting++
        sending = sending.then(send).finally(() => waiting--)
      }
      await sleep(Math.max(0, due + everyMs - performance.now()), undefined, { signal: until }).catch(
        () => {}
      )
    }
    await sending
  }

  const done = Promise.all([run(cutMetrics, rhythm.metricsMs), run(cutLogs, rhythm.logsMs)])
  return {
    async finish() {
      finishing.abort()
      await done
      sender.close()
    },
    waiting: () => waiting
  }
}

const pack = (body: object): Buffer => gzipSync(JSON.stringify(body))
