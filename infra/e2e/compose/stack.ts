/** The stack of docker-compose.yml under a name of its own, with what its tests ask of it. */
import { randomBytes, randomUUID } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Browser, chromium } from 'playwright-core'
import { expect } from 'vitest'
import { chromiumProgram } from '../../local/chromium.ts'
import { freePort, post, thirdPartyToken } from '../../testkit/index.ts'
import { composeProject, docker } from './engine.ts'

export interface Stack {
  /** Compose's project: containers, networks and volumes are called after it. */
  name: string
  url: string
  /** What its own agent is called. */
  host: string
  /** A log file that the agent follows; its directory holds what else the containers are to see. */
  log: string
  compose(...args: string[]): Promise<string>
  /** Ids of a service's containers. */
  copies(service: string): Promise<string[]>
  /** What a script in a container prints. */
  run(container: string, script: string): Promise<string>
  /** Sends one value, as every sender does: the same batch again until it is taken. @returns how often it was refused */
  deliver(host: string, name: string, time: number, value: number): Promise<number>
  end(): Promise<void>
}

/** The tag of the images. */
const VERSION = 'e2e'
export const IMAGE = `miniobserv/server:${VERSION}`

/** @param settings as .env would have them, beside the three secrets */
export async function startStack(settings: (directory: string) => Record<string, string>): Promise<Stack> {
  const secret = () => randomBytes(32).toString('hex')
  const secrets = { AGENT_TOKEN: secret(), SESSION_SECRET: secret(), POSTGRES_PASSWORD: secret() }
  const host = 'compose-host'
  const logs = mkdtempSync(join(tmpdir(), 'miniobserv-compose-'))
  const log = join(logs, 'app.log')
  chmodSync(logs, 0o755)
  writeFileSync(log, 'a line from before the agent\n')
  const name = `miniobserv-e2e-${randomBytes(4).toString('hex')}`
  const [HTTP_PORT, HTTPS_PORT] = [String(await freePort()), String(await freePort())]
  const compose = composeProject(name, {
    ...secrets,
    ...{ HTTP_PORT, HTTPS_PORT, VERSION },
    ...{ HOST_NAME: host, LOG_DIR: logs, LOG_FILES: `${logs}/*.log`, INTERVAL: '1s' },
    ...settings(logs)
  })
  const url = `http://127.0.0.1:${HTTP_PORT}`
  const end = async () => {
    await compose('down', '--volumes', '--timeout', '20')
    rmSync(logs, { recursive: true, force: true })
  }
  try {
    await compose('build')
    await compose('up', '--detach', '--wait', '--wait-timeout', '180').catch(async (error: Error) => {
      throw new Error(`${error.message}\n${await compose('logs', '--tail', '30')}`)
    })
  } catch (error) {
    await end()
    throw error
  }
  return {
    ...{ name, url, host, log, compose, end },
    copies: async (service) =>
      (await compose('ps', '--quiet', service)).split('\n').filter((id) => id !== ''),
    run: (container, script) => docker(['exec', container, 'node', '-e', script]),
    async deliver(host, name, time, value) {
      const body = { batch: randomUUID(), host, series: [{ name }], points: [[time, value]] }
      const token = thirdPartyToken(host, { secret: secrets.AGENT_TOKEN })
      for (let refused = 0; ; refused++) {
        const { status, body: answer } = await post(`${url}/api/v1/metrics`, body, { token })
        if (status === 202) return refused
        expect({ status, code: answer.code }).toEqual({ status: 503, code: 'unavailable' })
        await sleep(50)
      }
    }
  }
}

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: await chromiumProgram({ env: process.env, note: console.log }),
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update']
  })
}
