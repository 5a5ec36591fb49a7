/** Runs `docker compose` on our file, as a project of its own beside whatever else the engine runs. */
import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'

const FILE = join(import.meta.dirname, '../../docker-compose.yml')

/** Why there is nothing to run containers with; undefined where there is. */
export function whyNoEngine(): string | undefined {
  for (const args of [
    ['info', '--format', '{{.ServerVersion}}'],
    ['compose', 'version']
  ]) {
    const { status, stderr, error } = spawnSync('docker', args, { encoding: 'utf8' })
    if (status !== 0) return error?.message ?? stderr.trim().split('\n')[0]
  }
  return undefined
}

/** @returns what it printed. @throws with what it printed, when it fails */
export function docker(args: string[], env: Record<string, string> = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('docker', args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe']
    })
    let out = ''
    let all = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text
      all += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      all += text
    })
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve(out.trim())
      else reject(new Error(`docker ${args.join(' ')} ended with ${code}:\n${all}`))
    })
  })
}

export function composeProject(name: string, env: Record<string, string>) {
  return (...args: string[]): Promise<string> =>
    // No .env of whoever runs this: only what is given here.
    docker(
      ['compose', '-f', FILE, '-p', name, '--env-file', '/dev/null', '--progress', 'plain', ...args],
      env
    )
}
