/** A TimescaleDB that somebody has: the one of DATABASE_URL_TIMESCALE, or the stack's own image where Docker is. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Given {
  /** With rights to create databases. */
  url: string
  stop(): Promise<void>
}

/** @returns undefined where there is neither */
export function givenTimescale(): { title: string; start: () => Promise<Given> } | undefined {
  const url = process.env.DATABASE_URL_TIMESCALE
  if (url) {
    const start = async () => ({ url, stop: async () => undefined })
    return { title: 'the TimescaleDB of DATABASE_URL_TIMESCALE', start }
  }
  // An engine that has no network has only the images that are there.
  if (!docker('info') || !(docker('image', 'inspect', image()) || docker('pull', '--quiet', image()))) return
  return { title: `${image()} in Docker`, start: startContainer }
}

/** Whether that succeeded. */
function docker(...args: string[]): boolean {
  return (
    spawnSync('docker', args, { stdio: 'ignore', timeout: args[0] === 'pull' ? 240_000 : 10_000 }).status ===
    0
  )
}

/** The one that the whole stack runs with. */
function image(): string {
  const stack = readFileSync(join(import.meta.dirname, '../docker-compose.yml'), 'utf8')
  const [found] = /timescale\/timescaledb:\S+/.exec(stack) ?? []
  if (!found) throw new Error('infra/docker-compose.yml names no timescale/timescaledb image')
  return found
}

async function startContainer(): Promise<Given> {
  const { GenericContainer, Wait } = await import('testcontainers') // large, and mostly not needed
  const container = await new GenericContainer(image())
    .withEnvironment({ POSTGRES_PASSWORD: 'conformance', TIMESCALEDB_TELEMETRY: 'off' })
    .withExposedPorts(5432)
    // The image starts it twice: first to make the database.
    .withWaitStrategy(Wait.forLogMessage(/ready to accept connections/, 2))
    .start()
  const at = `${container.getHost()}:${container.getMappedPort(5432)}`
  return {
    url: `postgres://postgres:conformance@${at}/postgres`,
    async stop() {
      await container.stop()
    }
  }
}
