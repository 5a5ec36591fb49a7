/** From a cause on this machine to a message, with the whole product between: a real load, and an agent that is killed. */
import { type ChildProcess, spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { killOne } from '../chaos/kill.ts'
import { SECRETS, type Stage, type StageOptions, setStage } from './stage.ts'
import { until } from './until.ts'

export interface CausesOptions extends StageOptions {
  runs: number
  /** As settings have them: of the agent, and of the alerter. */
  interval: string
  alertInterval: string
  /** Before each cause it is waited for a while of up to so long, ms. */
  waitAtMost?: number
  /** The alerter is made to believe that it has looked for long enough to tell whose fault a silence is: 45 s. */
  hasLooked?: boolean
}

/** ms, one of each run. */
export interface CausesReport {
  toFiring: number[]
  toResolved: number[]
  /** Messages about it: two a run. */
  messages: number
}

const HOST = 'real-host'
const PATIENCE = 120_000

export interface Play extends Stage {
  runs: number
  waitAtMost: number
  url: string
  ask(method: string, path: string, body?: unknown): Promise<unknown>
  startAgent(): Promise<{ pid: number; stop(): Promise<void> }>
  /** Titles of messages that speak of the rule, with when they came. */
  told(rule: string): { title: string; at: number }[]
}

/** The whole server in one process, Slack as its only channel, and an agent; resolves when a host is known. */
export async function raiseCurtain({
  interval,
  alertInterval,
  waitAtMost = 10_000,
  ...options
}: CausesOptions): Promise<Play> {
  const stage = await setStage(options)
  const { url } = await stage.serve('server', 'infra/server.ts', {
    ALERT_INTERVAL: alertInterval,
    PUBLIC_URL: 'http://localhost:8080'
  })
  const signedIn = await fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'admin', password: SECRETS.ADMIN_PASSWORD })
  })
  const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const play: Play = {
    ...{ ...stage, url, runs: options.runs, waitAtMost },
    async ask(method, path, body) {
      const answer = await fetch(url + path, {
        method,
        headers: { cookie, ...(body !== undefined && { 'content-type': 'application/json' }) },
        ...(body !== undefined && { body: JSON.stringify(body) })
      })
      const text = await answer.text()
      if (!answer.ok) throw new Error(`${method} ${path} was answered ${answer.status}: ${text}`)
      return text && JSON.parse(text)
    },
    startAgent: () =>
      stage.start('agent', 'agent/src/main.ts', {
        ...{ SERVER_URL: url, AGENT_TOKEN: SECRETS.AGENT_TOKEN, HOST_NAME: HOST },
        ...{ INTERVAL: interval, LOG_FILES: '' }
      }),
    told: (rule) =>
      stage.channel.requests
        .map(({ body, at }) => ({ title: String(body.text), at }))
        .filter(({ title }) => title.includes(rule))
  }
  await play.ask('POST', '/api/v1/channels', {
    name: 'slack',
    config: { kind: 'slack', url: `${stage.channel.url}/services/T0/B0/run` }
  })
  return play
}

/** All cores busy until something says so, idle until it says that it is over. */
export async function loadCpu(options: CausesOptions): Promise<CausesReport> {
  const play = await raiseCurtain(options)
  const { signal, note, defer } = play
  await play.startAgent()
  const rule = 'All cores busy'
  const condition = {
    ...{ kind: 'threshold', metric: 'system.cpu.utilization', where: { 'cpu.mode': '!idle' }, across: 'sum' },
    ...{ agg: 'last', window: '30s', op: '>', value: 0.95, recover: 0.85 }
  }
  const metric = '/api/v1/series?metric=system.cpu.utilization'
  await until(
    async () => ((await play.ask('GET', metric)) as { series: unknown[] }).series.length > 0,
    ...[PATIENCE, signal, 200]
  )
  await play.ask('POST', '/api/v1/rules', { name: rule, condition, remind: null })
  let burning: ChildProcess[] = []
  const stop = () => {
    for (const child of burning) child.kill('SIGKILL')
    burning = []
  }
  defer(stop)
  return repeat(play, rule, {
    cause() {
      burning = Array.from({ length: availableParallelism() }, () =>
        spawn(process.execPath, ['-e', 'for (;;) {}'], { stdio: 'ignore' })
      )
    },
    end: stop,
    describe: (firing, resolved) => note(`message after ${firing} ms, resolved after ${resolved} ms`)
  })
}

/** The agent is killed, and started again. */
export async function killAgent(options: CausesOptions): Promise<CausesReport> {
  const play = await raiseCurtain(options)
  let agent = await play.startAgent()
  const known = async () => (await play.db.query('select from hosts where name = $1', [HOST])).rowCount === 1
  await until(known, PATIENCE, play.signal, 200)
  // An alerter that has just begun to see does not know yet whose fault a silence is.
  const seesFor = (time: string) => async () =>
    (await play.db.query('select from alerter_state where sight_since < now() - $1::interval', [time]))
      .rowCount === 1
  await until(seesFor(options.hasLooked ? '0 s' : '45 s'), PATIENCE, play.signal, 200)
  if (options.hasLooked)
    await play.db.query("update alerter_state set sight_since = sight_since - interval '1 min'")
  return repeat(play, 'Host down', {
    cause: () => killOne(agent.pid),
    async end() {
      agent = await play.startAgent()
    },
    describe: (firing, resolved) => play.note(`down told after ${firing} ms, back after ${resolved} ms`)
  })
}

interface Cause {
  cause(): unknown
  end(): unknown
  describe(firing: number, resolved: number): void
}

async function repeat(play: Play, rule: string, { cause, end, describe }: Cause): Promise<CausesReport> {
  const report: CausesReport = { toFiring: [], toResolved: [], messages: 0 }
  const { runs, signal } = play
  for (let run = 0; run < runs && !signal.aborted; run++) {
    // Wherever it falls between two beats.
    await sleep(Math.random() * play.waitAtMost, undefined, { signal })
    const firing = await timed(cause, 2 * run + 1)
    const resolved = await timed(end, 2 * run + 2)
    report.toFiring.push(firing)
    report.toResolved.push(resolved)
    describe(firing, resolved)
  }
  report.messages = play.told(rule).length
  return report

  async function timed(what: () => unknown, count: number): Promise<number> {
    const began = Date.now()
    await what()
    await until(() => play.told(rule).length >= count, PATIENCE, signal, 20)
    return (play.told(rule)[count - 1]?.at ?? Number.NaN) - began
  }
}
