/** `npm run up` as a person starts it, and Ctrl-C. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { eventually, freePort, signIn, tempDir } from '../../testkit/index.ts'
import { identityOf } from '../process-identity.ts'
import { repository } from '../repository.ts'

const started: Up[] = []

interface Up {
  process: ChildProcess
  output: () => string
  ended: Promise<number | null>
}

function up(env: Record<string, string>): Up {
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(process.execPath, ['infra/local/bootstrap.mjs', 'infra/local/up.ts'], {
    cwd: repository,
    env: { PATH, HOME, LOG_FILES: 'none', ...env },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      output += text
    })
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const one = { process: child, output: () => output, ended }
  started.push(one)
  return one
}

const running = ({ output }: Up) =>
  eventually(() => expect(output()).toContain('Ctrl-C stops everything'), { within: 50_000 })

afterEach(async () => {
  for (const { process, ended } of started.splice(0)) {
    process.kill('SIGTERM')
    await ended
  }
})

test('it shows this machine, Ctrl-C leaves no process, and the next start has the data', async () => {
  const home = join(tempDir(), 'data')
  const port = String(await freePort())
  const settings = { DATA_DIR: home, PORT: port, ADMIN_PASSWORD: 'chosen' }
  const first = up(settings)
  await running(first)
  expect(first.output()).toContain(`http://localhost:${port}`)
  expect(first.output()).not.toContain('chosen')
  const since = await firstPointAt(port)
  const records = readdirSync(join(home, 'run')).map((name) => readFileSync(join(home, 'run', name), 'utf8'))
  const pids = records.map((record) => (JSON.parse(record) as { pid: number }).pid)
  expect(pids).toHaveLength(4)

  first.process.kill('SIGINT')
  expect(await first.ended).toBe(0)
  expect(pids.filter(identityOf)).toEqual([])
  expect(first.output()).toMatch(/Stopping.*Agent.*Server.*Redis.*PostgreSQL/s)

  await running(up(settings))
  expect(await firstPointAt(port)).toBe(since)
}, 120_000)

test('a port that is in use is named before anything is started', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as AddressInfo
  const home = join(tempDir(), 'data')
  const refused = up({ DATA_DIR: home, PORT: String(port) })
  expect(await refused.ended).toBe(1)
  expect(refused.output()).toContain(`Port ${port} is in use`)
  expect(refused.output()).toContain(`PORT=${port + 1} npm run up`)
  expect(readdirSync(home)).toEqual([])
  taken.close()
})

/** When this machine was first seen, epoch ms. */
async function firstPointAt(port: string): Promise<number> {
  const url = `http://127.0.0.1:${port}`
  const headers = { cookie: await signIn(url, 'chosen') }
  const answer = await fetch(`${url}/api/v1/hosts`, { headers })
  const { hosts } = (await answer.json()) as { hosts: { firstSeen: number }[] }
  expect(hosts).toHaveLength(1)
  return hosts[0]?.firstSeen ?? Number.NaN
}
