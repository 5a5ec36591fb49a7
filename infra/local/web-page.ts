/** Builds the page that the server serves. */
import { execFile } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { repository } from './repository.ts'

const page = join(repository, 'services/web')
const SOURCES = [
  'services/web/ui',
  'services/web/compress.ts',
  'services/web/pack-agent.ts',
  'services/web/svelte.config.js',
  'services/web/vite.config.ts',
  'services/web/package.json',
  'libs/protocol/src',
  // What hosts fetch of the agent is packed beside it.
  'agent/src',
  'agent/install.sh',
  'agent/package.json',
  'libs/auth/src',
  'libs/settings/src'
]

/** Builds it when a source is newer than the last build. */
export async function buildWebPage(note: (text: string) => void): Promise<string> {
  const built = statSync(join(page, 'dist/index.html'), { throwIfNoEntry: false })
  const newest = Math.max(...SOURCES.map((source) => newestIn(join(repository, source))))
  if (built && built.mtimeMs > newest) return 'up to date'
  note('building')
  try {
    await promisify(execFile)('npm', ['run', 'build', '--workspace=@miniobserv/web', '--silent'], {
      cwd: repository
    })
  } catch (error) {
    const { stdout, stderr, message } = error as Error & { stdout?: string; stderr?: string }
    throw new Error(`The page could not be built.\n${stderr || stdout || message}`)
  }
  return 'built'
}

function newestIn(path: string): number {
  if (!existsSync(path)) return 0
  const found = statSync(path)
  if (!found.isDirectory()) return found.mtimeMs
  return Math.max(found.mtimeMs, ...readdirSync(path).map((name) => newestIn(join(path, name))))
}
