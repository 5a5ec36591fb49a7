/** The whole agent while the server is away: what a person sees of that time afterwards. */
import { appendFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { expect, onTestFinished, test, vi } from 'vitest'
import { readAgentSettings, startAgent } from '../src/index.ts'
import { startGateway } from './gateway.ts'
import { HOST, temporaryDirectory, write } from './tree.ts'

const HOUR = 3_600_000
const INTERVAL = 100
const patient = { timeout: 30_000, interval: 20 }

/** An agent of a fixture host with a log file, which has begun to send. */
async function running(own: () => number = Date.now) {
  const gateway = await startGateway()
  const root = temporaryDirectory()
  const path = join(root, 'x.log')
  write(root, HOST)
  writeFileSync(path, '')
  const environment = {
    SERVER_URL: gateway.url,
    AGENT_TOKEN: 'a secret of more than thirty-two bytes',
    INTERVAL: `${INTERVAL}ms`,
    LOG_INTERVAL: '100ms',
    LOG_FILES: path,
    BUFFER_MB: '1'
  }
  const log = pino({ level: 'silent' })
  const agent = startAgent(readAgentSettings(environment), {
    log,
    root,
    platform: 'linux',
    now: own,
    random: () => 0.1
  })
  let stopped: Promise<void> | undefined
  const stop = () => {
    stopped ??= agent.stop()
    return stopped
  }
  onTestFinished(async () => {
    await stop()
    await gateway.close()
  })
  await agent.ready
  let away = false
  const accepted = new Set<string | undefined>()
  const batches = () => gateway.batches.filter(({ body }) => accepted.has(body.batch))
  gateway.answer = ({ body }) => {
    if (away) return { status: 503, headers: { 'retry-after': '1' } }
    accepted.add(body.batch)
    return undefined
  }
  const until = (condition: () => boolean) => vi.waitFor(() => expect(condition()).toBe(true), patient)
  /** The times of all points, in the order in which they were accepted; each batch counts once. */
  const times = () =>
    [...new Map(batches().map(({ body }) => [body.batch, body])).values()].flatMap(
      ({ points }) => points?.map(([time]) => time) ?? []
    )
  const messages = () =>
    [...new Map(batches().map(({ body }) => [body.batch, body])).values()].flatMap(
      ({ lines }) => lines?.map(({ message }) => message) ?? []
    )
  await until(() => times().length > 2)
  const goAway = () => {
    away = true
  }
  const comeBack = () => {
    away = false
  }
  /** The largest value of a metric over all points. */
  const most = (name: string) => {
    let at = -1
    const values = batches().flatMap(({ body }) => {
      // A batch without series has those of the one before.
      if (body.series) at = body.series.findIndex((each) => each.name === name)
      return at < 0 ? [] : (body.points?.map((point) => point[at + 1] ?? 0) ?? [])
    })
    return Math.max(...values)
  }
  return { gateway, path, stop, until, times, messages, most, goAway, comeBack }
}

test('every tick and every line of an outage once, through two rotations', { timeout: 120_000 }, async () => {
  const { gateway, path, stop, until, times, messages, most, goAway, comeBack } = await running()
  let lines = 0
  const log = () => {
    appendFileSync(path, Array.from({ length: 500 }, () => `line ${lines++}\n`).join(''))
  }
  log()
  await until(() => messages().length === lines)
  goAway()
  const written = lines
  const [before, began] = [gateway.requests.length, Date.now()]
  for (let rotation = 0; rotation < 3; rotation += 1) {
    log()
    // Of two kinds, each a second after the one before: long enough for the agent to look at its files.
    const refused = gateway.requests.length
    await until(() => gateway.requests.length > refused + 2)
    for (let index = 0; index < 9; index += 1) log()
    if (rotation === 2) break
    renameSync(`${path}`, `${path}.${rotation}`)
    writeFileSync(path, '')
  }
  const ended = Date.now()
  // The same two batches again and again, nothing else.
  expect(new Set(gateway.requests.slice(before + 2).map(({ body }) => body.batch)).size).toBeLessThanOrEqual(
    2
  )
  comeBack()
  await until(() => messages().length >= lines && times().some((time) => time > ended))
  await until(
    () => times().filter((time) => time > began && time < ended).length > (0.8 * (ended - began)) / INTERVAL
  )
  await stop()
  expect(messages()).toEqual(Array.from({ length: lines }, (_, index) => `line ${index}`))
  // They waited in the files, but for the batch that was on its way.
  expect(most('miniobserv.agent.logs.behind')).toBeGreaterThan(((lines - written) / 2) * 'line 1000\n'.length)
  expect(most('miniobserv.agent.logs.lost')).toBe(0)
  expect(most('miniobserv.agent.buffer.size')).toBeLessThan(512 * 1024)
  const all = times()
  expect(new Set(all).size).toBe(all.length)
  // Live at once: the newest point came before any other of the outage but the one that was on its way.
  const missed = all.filter((time) => time > began + 2 * INTERVAL && time < ended)
  expect(all.findIndex((time) => time > ended)).toBeLessThan(all.indexOf(missed[0] ?? 0))
  const sorted = all.slice(1).sort((a, b) => a - b)
  const gaps = sorted.slice(1).filter((time, index) => time - (sorted[index] ?? 0) > 20 * INTERVAL)
  expect(gaps).toEqual([])
})

test('a clock that is set hours forth and back, with the server there and away: all points at their times, once', {
  timeout: 120_000
}, async () => {
  let jump = -2 * HOUR
  const began = Date.now()
  const { gateway, stop, until, times, goAway, comeBack } = await running(() => Date.now() + jump)
  const ticks = (count: number) => {
    const before = times().length
    return until(() => times().length > before + count)
  }
  jump = 3 * HOUR
  await ticks(3)
  jump = 0
  await ticks(3)
  goAway()
  for (const to of [-5 * HOUR, 5 * HOUR]) {
    const refused = gateway.requests.length
    jump = to
    await until(() => gateway.requests.length > refused)
  }
  comeBack()
  await ticks(10)
  await stop()
  const all = times()
  expect(new Set(all).size).toBe(all.length)
  for (const time of all) {
    expect(time).toBeGreaterThan(began - 1_000)
    expect(time).toBeLessThan(Date.now() + 1_000)
  }
})
