/** The stack as docker-compose.yml describes it: the main job through Caddy, five gateways, one of them killed. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually, signIn } from '../../testkit/index.ts'
import {
  findsAnAppendedLine,
  type Read,
  reader,
  seesTheHost,
  usesThePage,
  WITHIN
} from '../scenario/steps.ts'
import { docker, whyNoEngine } from './engine.ts'
import { openBrowser, type Stack, startStack } from './stack.ts'

const missing = whyNoEngine()
if (missing) console.log(`Skipped: no Docker engine with Compose answers here (${missing}).`)

describe.skipIf(missing !== undefined)('the stack in containers', () => {
  const ADMIN_PASSWORD = 'open sesame, says the stack'
  let stack: Stack
  let read: Read

  beforeAll(async () => {
    stack = await startStack(() => ({ ADMIN_PASSWORD }))
    read = reader(stack.url, await signIn(stack.url, ADMIN_PASSWORD))
  })
  afterAll(() => stack?.end())

  test('its settings are complete: nothing else of .env is needed', async () => {
    await expect(stack.compose('config', '--quiet')).resolves.toBe('')
  })

  test('no container is root, can write to its files, or keeps a privilege that it does not need', async () => {
    const ids = (await stack.compose('ps', '--quiet')).split('\n')
    const format = '{{.Name}} {{.Config.User}} {{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}}'
    const lines = (await docker(['inspect', '--format', format, ...ids])).split('\n')
    expect(lines).toHaveLength(11)
    for (const line of lines) expect(line).toMatch(/^\S+ (node|redis|postgres|1000:1000) true \[ALL\]$/)
  })

  test('only the load balancer publishes ports', async () => {
    const ids = (await stack.compose('ps', '--quiet')).split('\n')
    const format = '{{.Name}}{{range .HostConfig.PortBindings}} {{.}}{{end}}'
    const lines = (await docker(['inspect', '--format', format, ...ids])).split('\n')
    const published = lines.filter((line) => line.includes(' '))
    expect(published).toHaveLength(1)
    expect(published[0]).toContain('caddy')
  })

  test("the host's points are there, of every kind that the design names", async () => {
    await seesTheHost(read, stack.host)
    const { series } = await read(
      `/api/v1/query?metric=system.filesystem.utilization&host=${stack.host}&from=-5m&by=system.filesystem.mountpoint`
    )
    // Of the host, and not of the container or of where the container sees it.
    const mountpoints = series?.map(
      ({ labels }) => (labels as Record<string, string>)['system.filesystem.mountpoint']
    )
    expect(mountpoints).toContain('/')
    expect(mountpoints?.filter((path) => path?.startsWith('/host'))).toEqual([])
  })

  test('a line that is appended to a file of the host is found', async () => {
    await findsAnAppendedLine(read, stack.host, stack.log)
    expect((await read('/api/v1/logs?q=before')).lines).toEqual([])
  })

  test('someone uses the page', async () => {
    const browser = await openBrowser()
    try {
      await usesThePage(await browser.newPage(), stack.url, stack.host, ADMIN_PASSWORD)
    } finally {
      await browser.close()
    }
  })

  test('a batch of a sender that we did not write is read back to the digit', async () => {
    const time = Date.now() - 5_000
    const value = 0.1 + 0.2
    expect(await stack.deliver('third-party', 'test.value', time, value)).toBe(0)
    await eventually(async () => {
      const path = `/api/v1/query?metric=test.value&host=third-party&from=${time}&to=${time + 1}&step=1ms&agg=last`
      const { series } = await read(path)
      expect(series).toMatchObject([{ points: [[time, value]] }])
    }, WITHIN)
  })

  test('five gateways instead of two: the new ones get work without a reload', async () => {
    await stack.compose(
      'up',
      '--detach',
      '--no-recreate',
      '--scale',
      'ingest=5',
      '--wait',
      '--wait-timeout',
      '120'
    )
    const ids = await stack.copies('ingest')
    expect(ids).toHaveLength(5)
    const ask = `fetch('http://127.0.0.1:8081/metrics').then((answer) => answer.text()).then(console.log)`
    await eventually(async () => {
      for (let i = 0; i < 20; i++) await stack.deliver('scaled', 'a', Date.now(), i)
      for (const id of ids) {
        const text = await stack.run(id, ask)
        const taken = Number(/^miniobserv_ingest_samples_total(?:\{[^}]*\})? (\d+)/m.exec(text)?.[1] ?? 0)
        expect(taken, id).toBeGreaterThan(0)
      }
    }, WITHIN)
  })

  test('one is killed under load: no batch is lost, none is there twice', async () => {
    const [victim = ''] = await stack.copies('ingest')
    const start = Date.now() - 60_000
    let sent = 0
    let refused = 0
    let lastRefusal = 0
    let killed = Number.POSITIVE_INFINITY
    while (performance.now() < killed + 5_000) {
      const again = await stack.deliver('killed', 'b', start + sent, 1)
      await sleep(5) // below what one host may send
      sent += 1
      refused += again
      if (again > 0) lastRefusal = performance.now()
      if (sent === 100) {
        await docker(['kill', victim])
        killed = performance.now()
      }
    }
    console.log(`one of five gateways killed: ${sent} batches, ${refused} refusals`)
    expect(lastRefusal - killed).toBeLessThan(3_000)
    await eventually(async () => {
      const { series } = await read(
        `/api/v1/query?metric=b&host=killed&from=${start}&to=${start + 60_000}&step=1m&agg=count`
      )
      const counts =
        series?.flatMap(({ points }) => (points as number[][]).map(([, count]) => count ?? 0)) ?? []
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(sent)
    }, WITHIN)
  })

  test('all of it stops when it is asked to, and nothing stays behind', async () => {
    await stack.compose('stop')
    const stopped = (await stack.compose('ps', '--all', '--format', '{{.Service}} {{.ExitCode}}')).split('\n')
    const ours = stopped.filter((line) => /^(ingest|writer|query|alerter|web|agent) /.test(line))
    // One gateway was killed.
    expect(ours.filter((line) => !line.endsWith(' 0'))).toEqual(['ingest 137'])
    await stack.compose('down', '--volumes')
    for (const kind of ['container', 'volume', 'network']) {
      const all = kind === 'container' ? ['--all'] : []
      const filter = `label=com.docker.compose.project=${stack.name}`
      expect(await docker([kind, 'ls', ...all, '--quiet', '--filter', filter]), kind).toBe('')
    }
  })
})
