/** Hosts that send as agents do, from one process: a tick of each every ten seconds, spread over them. */
import { randomUUIDv7 } from 'node:crypto'
import { Agent, request } from 'node:http'
import { thirdPartyToken } from '../testkit/third-party.ts'
import { pause } from './benchmark.ts'
import { HOST_SERIES } from './host-series.ts'
import { hostValues } from './host-values.ts'

const INTERVAL_MS = 10_000
/** A token lives for an hour. */
const RENEW_MS = 45 * 60_000
const TEAMS = ['web', 'store', 'batch', 'edge']
const SYSTEMS = ['Debian GNU/Linux 13 (trixie)', 'Ubuntu 24.04.3 LTS', 'Rocky Linux 10.1']

export interface Simulation {
  url: string
  secret: string
  hosts: number
  signal: AbortSignal
}

/** Two names in three follow a pattern, as people's do: a part, a place, a number. */
export const hostName = (number: number): string =>
  `${TEAMS[number % TEAMS.length]}-${number % 3 === 0 ? 'fra' : 'ams'}-${String(number).padStart(4, '0')}`

/** Sends until it is aborted. What is refused or lost is not sent again: nobody counts here. */
export async function simulateHosts({ url, secret, hosts, signal }: Simulation): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 })
  const all = Array.from({ length: hosts }, (_, i) => simulated(i, secret))
  try {
    for (let turn = 0; !signal.aborted; turn++) {
      const began = Date.now()
      for (const [i, host] of all.entries()) {
        const wait = began + (i / hosts) * INTERVAL_MS - Date.now()
        if (wait > 5) await pause(wait, signal)
        if (signal.aborted) return
        send(agent, url, host.token(), host.body(Date.now(), turn === 0))
      }
      await pause(Math.max(0, began + INTERVAL_MS - Date.now()), signal)
    }
  } finally {
    agent.destroy()
  }
}

function simulated(number: number, secret: string) {
  const name = hostName(number)
  const next = hostValues(Math.random)
  const info = {
    ...{ 'os.type': 'linux', 'os.description': SYSTEMS[number % SYSTEMS.length], 'os.kernel': '6.12.48' },
    ...{ 'host.arch': number % 5 === 0 ? 'arm64' : 'x64', 'host.cpu.count': 4, 'agent.version': '0.1.0' }
  }
  const labels = { team: TEAMS[number % TEAMS.length], env: number % 7 === 0 ? 'test' : 'prod' }
  let token = ''
  let minted = 0
  return {
    token(): string {
      if (Date.now() - minted > RENEW_MS) {
        minted = Date.now()
        token = thirdPartyToken(name, { secret })
      }
      return token
    },
    /** One tick; what the host is goes with the first. */
    body(time: number, first: boolean): string {
      const points = [[time, ...next()]]
      const about = first ? { info, labels } : {}
      return JSON.stringify({ batch: randomUUIDv7(), host: name, ...about, series: HOST_SERIES, points })
    }
  }
}

function send(agent: Agent, url: string, token: string, body: string): void {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const sent = request(`${url}/api/v1/metrics`, { method: 'POST', agent, headers }, (answer) =>
    answer.resume()
  )
  sent.on('error', () => undefined)
  sent.end(body)
}
