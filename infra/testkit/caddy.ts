/** Runs Caddy with the committed Caddyfile before whatever a test has started. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../local/ports.ts'
import { eventually } from './eventually.ts'

const CADDYFILE = join(import.meta.dirname, '../Caddyfile')

export interface Caddy {
  url: string
  /** All that it printed so far. */
  output(): string
  stop(): Promise<void>
}

/**
 * Starts it on a free port.
 *
 * @param program as of `caddyProgram`
 * @param env the settings that the Caddyfile names, without SITE_ADDRESS
 */
export async function startCaddy(program: string, env: Record<string, string>): Promise<Caddy> {
  const home = mkdtempSync(join(tmpdir(), 'miniobserv-caddy-'))
  const port = await freePort()
  const child = spawn(program, ['run', '--config', CADDYFILE, '--adapter', 'caddyfile'], {
    env: { HOME: home, SITE_ADDRESS: `http://127.0.0.1:${port}`, ...env },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const ended = once(child, 'exit')
  const caddy: Caddy = {
    url: `http://127.0.0.1:${port}`,
    output: () => output,
    async stop() {
      child.kill('SIGKILL') // asked kindly, it would wait for connections that stay open
      await ended
      rmSync(home, { recursive: true, force: true })
    }
  }
  await eventually(async () => {
    if (child.exitCode !== null) throw new Error(output)
    await fetch(caddy.url)
  })
  return caddy
}
