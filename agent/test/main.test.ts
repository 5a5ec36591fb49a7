/** The agent as people start it: a process, with nothing but its environment. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { claimsOf, startGateway } from './gateway.ts'
import { temporaryDirectory } from './tree.ts'

const MAIN = join(import.meta.dirname, '../src/main.ts')
const SECRET = 'a secret of more than thirty-two bytes'
const patient = { timeout: 10_000, interval: 20 }

function start(environment: Record<string, string>, ...args: string[]) {
  const child = spawn(process.execPath, [MAIN, ...args], { env: environment })
  onTestFinished(() => void child.kill('SIGKILL'))
  const output = { text: '' }
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output.text += chunk
    })
  return { child, output, ended: once(child, 'close').then(([code]) => code as number | null) }
}

/** A TCP socket of the process that listens, as the kernel sees it. */
function listens(child: ChildProcess): boolean {
  const inodes = readdirSync(`/proc/${child.pid}/fd`).flatMap((fd) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${child.pid}/fd/${fd}`))?.[1] ?? []
    } catch {
      return []
    }
  })
  const listening = ['tcp', 'tcp6'].flatMap((kind) =>
    readFileSync(`/proc/net/${kind}`, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((columns) => columns[3] === '0A')
      .map((columns) => columns[9])
  )
  return inodes.some((inode) => listening.includes(inode))
}

test('sends metrics of this host and new lines, and on SIGTERM what is left', {
  timeout: 20_000
}, async () => {
  const gateway = await startGateway()
  onTestFinished(gateway.close)
  const log = join(temporaryDirectory(), 'app.log')
  writeFileSync(log, 'before\n')
  const { child, output, ended } = start({
    SERVER_URL: gateway.url,
    AGENT_TOKEN: SECRET,
    HOST_NAME: 'web-01',
    INTERVAL: '500ms',
    LOG_INTERVAL: '100ms',
    LOG_FILES: log
  })
  const points = () => gateway.batches.filter(({ path }) => path === '/api/v1/metrics')
  const lines = () => gateway.batches.flatMap(({ body }) => body.lines ?? [])

  await vi.waitFor(() => expect(points().length).toBeGreaterThan(1), patient)
  const [first, second] = points().map(({ body }) => body)
  const claims = gateway.requests.map(({ headers }) => claimsOf(headers.authorization, SECRET))
  expect(claims[0]?.sub).toBe('web-01')
  expect(claims[0]?.agent).toMatch(/^[\w-]{12}$/)
  expect(new Set(claims.map(({ agent }) => agent)).size).toBe(1) // one name for its whole life
  expect(first).toMatchObject({
    host: 'web-01',
    info: { 'os.type': 'linux', 'host.memory.bytes': totalmem() }
  })
  const value = (name: string, label?: string) => {
    const at = first?.series?.findIndex(
      (each) => each.name === name && (!label || Object.values(each.labels ?? {}).includes(label))
    )
    return first?.points[0]?.[1 + (at ?? Number.NaN)]
  }
  expect(first?.points[0]).toHaveLength(1 + (first?.series?.length ?? 0))
  expect(value('system.cpu.logical.count')).toBe(availableParallelism())
  expect(value('system.memory.limit')).toBe(totalmem())
  expect(value('system.cpu.utilization', 'idle')).toBeGreaterThanOrEqual(0) // a rate in the very first frame
  // From then on aligned, and by layout.
  expect(second?.series).toBeUndefined()
  expect(gateway.layouts).toContain(second?.layout)
  expect(Number(second?.points[0]?.[0]) % 500).toBe(0)
  expect(listens(child)).toBe(false)

  appendFileSync(log, '2026-11-23 ERROR it broke\n')
  await vi.waitFor(() => expect(lines()).toHaveLength(1), patient)
  expect(lines()[0]).toMatchObject({ source: log, level: 'error', message: '2026-11-23 ERROR it broke' })
  expect(Math.abs((lines()[0]?.time ?? 0) - Date.now())).toBeLessThan(5_000)

  appendFileSync(log, 'last words\n')
  child.kill('SIGTERM')
  expect(await ended).toBe(0)
  expect(lines().map(({ message }) => message)).toEqual(['2026-11-23 ERROR it broke', 'last words'])
  const said = output.text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).msg)
  expect(said).toEqual(['The agent has started', `Sending to ${gateway.url}`, 'The agent has stopped'])
  expect(output.text).not.toContain(SECRET)
})

test('ends at once when it is told to while the server is away', { timeout: 20_000 }, async () => {
  const { child, output, ended } = start({ SERVER_URL: 'http://127.0.0.1:9', AGENT_TOKEN: SECRET })
  await vi.waitFor(() => expect(output.text).toContain('cannot be reached'), patient)
  const asked = performance.now()
  child.kill('SIGINT')
  expect(await ended).toBe(0)
  expect(performance.now() - asked).toBeLessThan(4_000)
})

test('names everything that is wrong with its settings and ends with 1', { timeout: 20_000 }, async () => {
  const { output, ended } = start({ INTERVAL: 'often' })
  expect(await ended).toBe(1)
  for (const name of ['SERVER_URL', 'AGENT_TOKEN', 'INTERVAL']) expect(output.text).toContain(name)
  expect(output.text).not.toContain('    at ')
})

test('--help lists the settings', { timeout: 20_000 }, async () => {
  const { output, ended } = start({}, '--help')
  expect(await ended).toBe(0)
  for (const name of ['SERVER_URL', 'AGENT_TOKEN', 'LOG_FILES', 'BUFFER_MB'])
    expect(output.text).toContain(name)
})
