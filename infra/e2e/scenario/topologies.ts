/** The same server twice: all five services in one process, and each in its own. */
import { freePort, type Program, routeByPath, runProgram } from '../../testkit/index.ts'

export interface Topology {
  /** Where agents send and people read. */
  url: string
  /** Where each process says whether it is ready. */
  processes: { url: string; program: Program }[]
  stop(): Promise<(number | NodeJS.Signals)[]>
}

type Env = Record<string, string>

async function processOf(script: string, env: Env): Promise<Topology['processes'][number]> {
  const port = await freePort()
  return { url: `http://127.0.0.1:${port}`, program: runProgram(script, { ...env, PORT: String(port) }) }
}

const stopAll = (processes: Topology['processes']) =>
  Promise.all(processes.map(({ program }) => program.stop()))

async function oneProcess(env: Env): Promise<Topology> {
  const server = await processOf('infra/server.ts', env)
  return { url: server.url, processes: [server], stop: () => stopAll([server]) }
}

/** Each gets only the settings that are its own: what one of them needs and was not given would be noticed. */
async function fiveProcesses(env: Env): Promise<Topology> {
  const pick = (...names: string[]): Env =>
    Object.fromEntries(names.map((name) => [name, env[name] as string]))
  const ingest = await processOf('services/ingest/src/main.ts', pick('REDIS_URL', 'AGENT_TOKEN'))
  const writer = await processOf('services/writer/src/main.ts', pick('DATABASE_URL', 'REDIS_URL'))
  const query = await processOf(
    'services/query/src/main.ts',
    pick('DATABASE_URL', 'REDIS_URL', 'ADMIN_PASSWORD', 'SESSION_SECRET')
  )
  const alerter = await processOf(
    'services/alerter/src/main.ts',
    pick('DATABASE_URL', 'REDIS_URL', 'SESSION_SECRET')
  )
  const web = await processOf('services/web/src/main.ts', {})
  const door = await routeByPath([
    ['POST /api/v1/metrics', ingest.url],
    ['POST /api/v1/logs', ingest.url],
    ...['rules', 'alerts', 'silences', 'channels', 'notifications'].map(
      (name) => [`/api/v1/${name}`, alerter.url] as const
    ),
    ['/jobs', alerter.url],
    ['/api/', query.url],
    ['/', web.url]
  ])
  const processes = [ingest, writer, query, alerter, web]
  return {
    url: door.url,
    processes,
    async stop() {
      await door.close()
      return stopAll(processes)
    }
  }
}

export const TOPOLOGIES = { 'one process': oneProcess, 'five processes': fiveProcesses }
