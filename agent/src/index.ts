/** The whole agent: collect and tail, cut into batches, buffer, ship. `main.ts` hosts it, and so can a test. */
import { randomBytes } from 'node:crypto'
import { uptime } from 'node:os'
import { performance } from 'node:perf_hooks'
import { type LogLine, METRICS } from '@miniobserv/protocol'
import type { Logger } from 'pino'
import { createBuffer } from './buffer.ts'
import { createClock } from './clock.ts'
import { createCollector } from './collect/index.ts'
import type { Sample } from './collect/sample.ts'
import type { AgentSettings } from './config.ts'
import { cutLogs, type Host } from './cut.ts'
import { hostFacts } from './facts.ts'
import { createFrames } from './frames.ts'
import { connect } from './http.ts'
import { levelOf } from './level.ts'
import { pause } from './pause.ts'
import { createReport } from './report.ts'
import { runTicks } from './schedule.ts'
import { startShipping } from './ship.ts'
import { createSteady } from './steady.ts'
import { startTail, type TailedLine } from './tail/index.ts'
import { createTokens } from './token.ts'

export { type AgentSettings, readAgentSettings, Settings } from './config.ts'

/** How long a stopping agent goes on sending, in ms. */
const FLUSH_MS = 3_000
/** Points are taken at the same moment on all hosts, but must not all be sent at the same moment. */
const MOST_SPREAD_MS = 5_000
/** The part of the buffer that log lines may take: their files hold them as well. */
const LOGS_SHARE = 1 / 4
/** Of the protocol; a longer path would cost its whole batch. */
const LONGEST_SOURCE = 1_000

export interface AgentDeps {
  log: Logger
  /** Where proc, sys and etc are; `/` by default. */
  root?: string
  /** As of `process.platform`. */
  platform?: string
  /** The machine's clock, epoch ms. */
  now?: () => number
  /** ms of a clock that never jumps, and that goes on while the machine sleeps. */
  monotonic?: () => number
  /** From 0 to 1. */
  random?: () => number
}

export interface Agent {
  /** From now on, a line that is appended to a file of LOG_FILES is seen. */
  ready: Promise<void>
  /** Stops collecting, and sends what is buffered for at most 3 s. */
  stop(): Promise<void>
}

export function startAgent(settings: AgentSettings, deps: AgentDeps): Agent {
  const { log, root = '/', platform = process.platform, now = Date.now, random = Math.random } = deps
  const { monotonic = steadyOf(platform) } = deps
  const clock = createClock(now, monotonic)
  const limit = settings.BUFFER_MB * 1024 * 1024
  const frames = createFrames(limit * (1 - LOGS_SHARE))
  const buffer = createBuffer()
  const host: Host = { name: settings.HOST_NAME, info: {}, labels: settings.HOST_LABELS }
  const stopping = new AbortController()

  const shipper = startShipping({
    host,
    frames,
    buffer,
    connection: connect(settings.SERVER_URL),
    tokens: createTokens(settings.AGENT_TOKEN, settings.HOST_NAME, randomBytes(9).toString('base64url')),
    clock,
    report: createReport(log, settings.SERVER_URL, monotonic),
    behind: () => tail?.behind ?? 0,
    monotonic,
    random
  })

  const collect = createCollector({
    platform,
    root,
    own: (): Sample[] => [
      { metric: METRICS.clockOffset, value: clock.offset },
      { metric: METRICS.buffered, value: frames.size + buffer.size() },
      { metric: METRICS.pointsDropped, value: frames.dropped + buffer.refusals('metrics') },
      { metric: METRICS.retries, value: shipper.retries },
      ...(tail
        ? [
            { metric: METRICS.linesDropped, value: buffer.refusals('logs') },
            { metric: METRICS.logsBehind, value: tail.behind },
            { metric: METRICS.logsLost, value: tail.lost }
          ]
        : [])
    ],
    onProblem: (collector, error) => log.warn({ err: error }, `No metrics of ${collector}`)
  })
  const spread = random() * Math.min(settings.INTERVAL / 2, MOST_SPREAD_MS)
  const ticking = runTicks(
    {
      interval: settings.INTERVAL,
      now: clock.now,
      last: () => frames.last,
      pause: (ms) => pause(ms, stopping.signal),
      async prime() {
        host.info = await hostFacts(root).catch((error: unknown) => {
          log.warn({ err: error }, 'What this host is could not be read')
          return {}
        })
        await collect(monotonic())
      },
      async tick(time, first) {
        const frame = await collect(monotonic())
        frames.push(frame, time, monotonic() + (first ? 0 : spread))
      }
    },
    stopping.signal
  )

  const tail =
    settings.LOG_FILES.length > 0
      ? startTail({
          patterns: settings.LOG_FILES,
          cwd: process.cwd(),
          intervalMs: settings.LOG_INTERVAL,
          lineBytes: settings.LINE_BYTES,
          log,
          monotonic,
          timeAt: clock.at,
          // Else the lines wait where they are: in their files.
          mayRead: () => shipper.healthy('logs') && buffer.size('logs') < limit * LOGS_SHARE,
          deliver: (lines) => buffer.push(cutLogs(host, lines.map(described)))
        })
      : undefined

  log.info({ host: settings.HOST_NAME, logFiles: settings.LOG_FILES }, 'The agent has started')
  return {
    ready: tail?.ready ?? Promise.resolve(),
    async stop() {
      stopping.abort()
      const deadline = monotonic() + FLUSH_MS
      const collected = Promise.all([ticking, tail?.stop()])
      await Promise.race([collected, new Promise((resolve) => setTimeout(resolve, FLUSH_MS).unref())])
      await shipper.stop(Math.max(0, deadline - monotonic()))
    }
  }
}

function described({ time, source, message, bytes }: TailedLine): LogLine {
  const level = levelOf(message)
  return {
    time,
    source: source.slice(0, LONGEST_SOURCE),
    ...(level && { level }),
    message,
    ...(bytes !== undefined && { attributes: { truncated: true, bytes } })
  }
}

/** Elsewhere than on Linux `uptime` is computed from the machine's clock, or is as good as the monotonic one. */
function steadyOf(platform: string): () => number {
  const monotonic = () => performance.now()
  return platform === 'linux' ? createSteady(monotonic, uptime) : monotonic
}
