/** RULES_FILE: applied like new, once; what is wrong is told with its line; the example that we ship; the first rules. */
import { readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually, runProgram, tempDir, testServer } from '@miniobserv/infra/testkit'
import { host, type Logger } from '@miniobserv/service'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { alerter } from '../src/index.ts'
import { type RulesFileKeeper, rulesFileKeeper } from '../src/rules/apply-file.ts'
import { DEFAULT_RULES, seedDefaults } from '../src/rules/defaults.ts'
import { parseRules, RulesFileError, writeRules } from '../src/rules/file.ts'
import { loadRules } from '../src/rules/stored.ts'
import { takeTurn } from '../src/rules/turn.ts'
import { type Api, startApi } from './api.ts'

const EXAMPLE = join(import.meta.dirname, '../../../infra/rules/example.yaml')
const dir = tempDir()
const file = join(dir, 'rules.yaml')

let api: Api
let keeper: RulesFileKeeper
let logged: string[]
beforeAll(async () => {
  api = await startApi({ file })
})
afterAll(() => api?.close())
beforeEach(() => {
  logged = []
  const log = { info: () => undefined, warn: keep('warn'), error: keep('error') } as unknown as Logger
  keeper = rulesFileKeeper(file, { ...deps(), log })
})
afterEach(async () => {
  await api.db.pool.query('delete from rules')
  await api.db.pool.query('delete from alert_events')
  api.messages.length = 0
})

const keep = (level: string) => (line: string) => logged.push(`${level} ${line}`)
const deps = () => ({
  db: api.db.pool,
  now: Date.now,
  outbox: {
    write: async (_: unknown, messages: readonly (typeof api.messages)[number][]) =>
      api.messages.push(...messages),
    flush: () => undefined
  }
})
/** In one step, as an editor or a deployment does. */
const write = (text: string) => {
  writeFileSync(`${file}.new`, text)
  renameSync(`${file}.new`, file)
}
const rules = async () => (await loadRules(api.db.pool)).map(({ name, source }) => `${name} (${source})`)
const summaries = async () =>
  (await api.db.pool.query('select rule, summary, by_whom from alert_events order by id')).rows.map(
    ({ rule, summary, by_whom }) => `${rule}: ${summary} by ${by_whom}`
  )
const down = (name: string, after = '30s') =>
  `  - {name: ${name}, condition: {kind: host-down, after: ${after}}}\n`

test('rules come, change and go with the file; the same file again changes nothing', async () => {
  write(`rules:\n${down('A')}${down('B')}`)
  await keeper.poll()
  expect(await rules()).toEqual(['A (file)', 'B (file)'])
  const [a] = await loadRules(api.db.pool)
  await api.db.pool.query(
    `insert into alert_states (rule_id, host_id, labels_key, host, state, since, summary, notified_at)
     values ($1, 1, '{}', 'web1', 'firing', now(), 'down', now())`,
    [a?.id]
  )
  write(`rules:\n${down('A')}${down('B')}`)
  await keeper.poll()
  expect(await summaries()).toHaveLength(2)
  write(`rules:\n${down('B', '40s')}`)
  await keeper.poll()
  expect(await rules()).toEqual(['B (file)'])
  expect((await summaries()).slice(2)).toEqual([
    'A: the rule was deleted by RULES_FILE',
    'A: rule deleted by RULES_FILE',
    'B: rule changed: after 30s → 40s by RULES_FILE'
  ])
  expect(api.messages).toMatchObject([{ kind: 'resolved', alerts: [{ host: 'web1' }] }])
  expect(logged).toEqual([])
})

test('a bad file is told once, with line and column, and changes nothing; the next good one does', async () => {
  write(`rules:\n${down('A')}`)
  await keeper.poll()
  write(`rules:\n${down('C')}${down('D', '1s')}`)
  await keeper.poll()
  await keeper.poll()
  expect(await rules()).toEqual(['A (file)'])
  expect(logged).toEqual([
    `error RULES_FILE ${file}: line 3, column 51: after is 1s; it may be 20s to 24h\nThe rules stay as they were`
  ])
  unlinkSync(file)
  await keeper.poll()
  expect(logged[1]).toContain('ENOENT')
  write(`rules:\n${down('C')}`)
  await keeper.poll()
  expect(await rules()).toEqual(['C (file)'])
})

test('a rule that people made is never taken over; one that came with the program is', async () => {
  const made = { name: 'Mine', condition: { kind: 'host-down' } }
  expect((await api.ask('POST', '/api/v1/rules', made)).status).toBe(201)
  write(`rules:\n${down('Other')}${down('Mine')}`)
  await keeper.poll()
  expect(await rules()).toEqual(['Mine (people)'])
  expect(logged[0]).toMatch(/Mine: people have made a rule of this name/)
  await api.db.pool.query("update rules set source = 'default'")
  await keeper.poll() // Nothing about the file is new, but what stood in its way is gone.
  expect(await rules()).toEqual(['Mine (file)', 'Other (file)'])
})

test('rules of the file are changed only there', async () => {
  write(`rules:\n${down('A')}`)
  await keeper.poll()
  const [{ id }] = (await api.ask('GET', '/api/v1/rules')).body.rules
  const body = { name: 'A', condition: { kind: 'host-down' }, enabled: false }
  for (const answer of [
    await api.ask('PUT', `/api/v1/rules/${id}`, body),
    await api.ask('DELETE', `/api/v1/rules/${id}`)
  ]) {
    expect(answer.body).toMatchObject({ status: 409, code: 'rule_from_file' })
  }
})

test('what the file names and nobody has sent is said, and applied all the same', async () => {
  write('rules:\n  - {name: F, condition: {kind: threshold, metric: not.there, op: ">", value: 1}}\n')
  await keeper.poll()
  expect(await rules()).toEqual(['F (file)'])
  expect(logged).toEqual([`warn RULES_FILE ${file}: F: no host has ever sent a metric named not.there`])
})

test.each([
  ['rules:\n  - name: [a\n', [3, 1, 'Flow sequence']],
  ['- a\n', [1, 1, 'rules: a list']],
  ['rules: []\nchannels: []\n', [1, 1, 'rules: a list']],
  ['rules:\n  - name: a\n    condition: {kind: nope}\n', [3, 23, 'kind is "nope"']],
  ['rules:\n  - name: a\n    condition: {kind: host-down}\n    fro: 5m\n', [4, 10, 'there is no fro']],
  [`rules:\n${down('a')}${down('a')}`, [3, 12, 'two rules named a']],
  [
    'rules:\n  - name: a\n    condition:\n      {kind: threshold, metric: m, op: ">", value: .nan}\n',
    [4, 52, 'value']
  ],
  ['', [1, 1, 'rules: a list']]
] as const)('%j is refused at its place', (text, [line, column, message]) => {
  try {
    parseRules(text)
    expect.unreachable()
  } catch (error) {
    const [problem] = (error as RulesFileError).problems
    expect(problem).toMatchObject({ line, column, message: expect.stringContaining(message) })
  }
})

test('all that is wrong is told, a rule at a time', () => {
  const text = `rules:\n${down('a', '1s')}${down('b')}${down('c', '2s')}`
  expect(() => parseRules(text)).toThrow(RulesFileError)
  expect(() => parseRules(text)).toThrow(/line 2.*\nline 4/)
})

test('the first rules are made once; what people delete stays deleted', async () => {
  const seed = () => takeTurn(deps(), 'MiniObserv', seedDefaults)
  await seed()
  const before = await rules()
  expect(before).toContain('Host down (default)')
  expect(before.length).toBeGreaterThanOrEqual(8)
  await api.db.pool.query("delete from rules where name = 'Host down'")
  await seed()
  expect(await rules()).toHaveLength(before.length - 1)
})

test('what is exported is what a file takes', async () => {
  await api.db.pool.query('update alerter_state set seeded_at = null')
  await takeTurn(deps(), 'MiniObserv', seedDefaults)
  const answer = await api.ask('GET', '/api/v1/rules/export.yaml')
  expect(answer.headers.get('content-type')).toContain('yaml')
  const stored = (await loadRules(api.db.pool)).map(({ id, source, changedAt, changedBy, ...rule }) => rule)
  expect(parseRules(answer.body)).toEqual(stored)
  write(answer.body)
  await keeper.poll()
  expect((await rules()).every((rule) => rule.endsWith('(file)'))).toBe(true)
})

test('the example can be used, and survives being written anew', () => {
  const example = parseRules(readFileSync(EXAMPLE, 'utf8'))
  expect(new Set(example.map(({ condition }) => condition.kind)).size).toBeGreaterThanOrEqual(5)
  expect(parseRules(writeRules(example))).toEqual(example)
})

test('npm run rules -- check says what is wrong, as editors take it, and by its exit code', async () => {
  const check = async (path: string) => {
    const program = runProgram('infra/rules.ts', {}, ['check', path])
    const code = await new Promise((resolve) => program.process.once('close', resolve))
    return { code, output: program.output() }
  }
  expect(await check(EXAMPLE)).toMatchObject({ code: 0, output: expect.stringContaining('nothing wrong') })
  const bad = join(dir, 'bad.yaml')
  writeFileSync(bad, `rules:\n${down('a', '1s')}`)
  expect(await check(bad)).toEqual({ code: 1, output: `${bad}:2:51: after is 1s; it may be 20s to 24h\n` })
  expect((await check(join(dir, 'none.yaml'))).code).toBe(1)
})

test('two alerters that start at once make the first rules once, and follow the file while they run', async () => {
  const own = join(dir, 'own.yaml')
  writeFileSync(own, `rules:\n${down('A')}`)
  const server = await testServer([alerter], { RULES_FILE: own, ALERT_INTERVAL: '250ms' })
  const others = await Promise.all(
    ['b', 'c'].map((name) => host([alerter], { name, port: 0, env: server.env }))
  )
  try {
    const names = async (source: string) =>
      (await loadRules(server.db.pool)).filter((each) => each.source === source).map(({ name }) => name)
    expect(await names('file')).toEqual(['A'])
    expect(await names('default')).toEqual(DEFAULT_RULES.map(({ name }) => name).sort())
    writeFileSync(own, `rules:\n${down('Host down', '45s')}`)
    await eventually(async () => expect(await names('file')).toEqual(['Host down']))
    expect(await names('default')).not.toContain('Host down')
    const { rows } = await server.db.pool.query("select from alert_events where summary = 'rule created'")
    expect(rows).toHaveLength(DEFAULT_RULES.length + 1)
  } finally {
    for (const other of others) await other.close()
    await server.close()
  }
})
