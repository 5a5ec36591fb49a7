/** The line that adds a host: from the server's own files to a host in its list, with stand-ins for what changes the system. */
import { execFile, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ingest } from '@miniobserv/ingest'
import { query } from '@miniobserv/query'
import { web } from '@miniobserv/web'
import { writer } from '@miniobserv/writer'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Settings } from '../../agent/src/config.ts'
import { eventually, TEST_SECRET, type TestServer, tempDir, testServer } from '../testkit/index.ts'

const NAME = 'miniobserv-agent'
const undo: (() => unknown)[] = []
let server: TestServer
beforeAll(async () => {
  server = await testServer([ingest, writer, query, web])
})
afterAll(async () => {
  for (const step of undo.splice(0).reverse()) await step()
  await server?.close()
})

/** A host: its root directory, and programs that only note what they were asked, so that this machine stays as it is. */
function emptyHost() {
  const root = tempDir()
  const programs = join(root, 'programs')
  const asked = join(root, 'asked')
  mkdirSync(programs)
  const stub = (name: string, body: string) =>
    writeFileSync(join(programs, name), `#!/bin/sh\necho "${name} $*" >>'${asked}'\n${body}\n`, {
      mode: 0o755
    })
  stub('systemctl', 'exit 0')
  stub('useradd', 'exit 0')
  stub('userdel', 'exit 0')
  stub('id', `case $1 in -u) echo 0 ;; *) exit 1 ;; esac`)
  stub('node', 'exit 1') // one that is too old
  const path = (name: string) => join(root, name)
  return {
    path,
    asked: () => readFileSync(asked, 'utf8'),
    settings: () => readFileSync(path(`etc/${NAME}.env`), 'utf8'),
    unit: () => readFileSync(path(`etc/systemd/system/${NAME}.service`), 'utf8'),
    async install(env: Record<string, string>, args: string[] = []): Promise<string> {
      const script = await (await fetch(`${server.url}/install.sh`)).text()
      const running = promisify(execFile)('sh', ['-s', '--', ...args], {
        env: { PATH: `${programs}:/usr/bin:/bin`, INSTALL_ROOT: root, INSTALL_WAIT: '0', ...env }
      })
      running.child.stdin?.end(script)
      const { stdout } = await running
      return stdout
    }
  }
}

test('a host without anything has the agent, its settings and a service, and the agent sends', async () => {
  const host = emptyHost()
  const said = await host.install({
    ...{
      SERVER_URL: `${server.url}/`,
      AGENT_TOKEN: TEST_SECRET,
      HOST_NAME: 'added',
      HOST_LABELS: 'team=web'
    },
    INTERVAL: '1s'
  })
  expect(said).toContain(`The agent runs and sends to ${server.url}.`)
  const asked = host.asked().split('\n')
  expect(asked).toContainEqual(expect.stringMatching(/^useradd --system .*miniobserv-agent$/))
  const verbs = asked.flatMap((line) => /^systemctl (\S+)/.exec(line)?.[1] ?? [])
  expect(verbs).toEqual(['daemon-reload', 'enable', 'restart', 'is-active'])
  expect(statSync(host.path(`etc/${NAME}.env`)).mode & 0o777).toBe(0o600)

  // As the service would be started.
  const [, command = ''] = /^ExecStart=(.+)$/m.exec(host.unit()) ?? []
  const program = command.replaceAll('/usr/local/lib', host.path('usr/local/lib'))
  const line = `set -a; . '${host.path(`etc/${NAME}.env`)}'; exec ${program}`
  const agent = spawn('sh', ['-c', line], { env: { PATH: '/usr/bin:/bin' }, stdio: 'ignore' })
  undo.push(() => agent.kill('SIGKILL'))
  await eventually(async () => {
    const { body } = await server.get('/api/v1/hosts')
    expect(body.hosts).toMatchObject([{ name: 'added', labels: { team: 'web' } }])
  })
  agent.kill('SIGTERM')
})

test('every setting of the agent can be given', async () => {
  const host = emptyHost()
  const names = Object.keys(Settings.properties).filter((name) => name !== 'HOST_ROOT') // of containers
  const given = Object.fromEntries(names.map((name) => [name, `a ${name}`]))
  await host.install({ ...given, SERVER_URL: server.url })
  for (const name of names.slice(1)) expect(host.settings()).toContain(`${name}='a ${name}'\n`)
})

test('once more, it keeps what is not said anew; then it goes without a trace', async () => {
  const host = emptyHost()
  await host.install({ SERVER_URL: server.url, AGENT_TOKEN: TEST_SECRET, LOG_FILES: '/srv/*.log' })
  await host.install({ HOST_LABELS: 'env=prod' })
  expect(host.settings()).toBe(
    `SERVER_URL='${server.url}'\nAGENT_TOKEN='${TEST_SECRET}'\nHOST_LABELS='env=prod'\nLOG_FILES='/srv/*.log'\n`
  )
  await host.install({}, ['--uninstall'])
  const left = [`etc/${NAME}.env`, `etc/systemd/system/${NAME}.service`, `usr/local/lib/${NAME}`]
  expect(left.filter((name) => existsSync(host.path(name)))).toEqual([])
  expect(host.asked()).toContain('systemctl disable --now miniobserv-agent')
})

test('what is missing or cannot stand in a setting is said, and nothing is changed', async () => {
  const host = emptyHost()
  const refusal = (env: Record<string, string>) => host.install(env).catch(({ stderr }) => stderr)
  expect(await refusal({ SERVER_URL: server.url })).toContain('AGENT_TOKEN is missing')
  expect(await refusal({ SERVER_URL: server.url, AGENT_TOKEN: "it's" })).toContain('AGENT_TOKEN: a quote')
  expect(await refusal({ SERVER_URL: 'http://127.0.0.1:1', AGENT_TOKEN: TEST_SECRET })).toContain(
    'cannot fetch'
  )
  expect(existsSync(host.path('etc'))).toBe(false)
})
