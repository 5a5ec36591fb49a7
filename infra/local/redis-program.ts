/** Finds a Redis server program on this machine, or gets one, in the order of least effort. */
import { spawnSync } from 'node:child_process'
import { installWithApt } from './apt.ts'
import { findOnPath } from './search-path.ts'

/** In Debian's packages the server is the same file as this checker: it looks at the name that it is called by. */
const NAMES = ['redis-server', 'valkey-server', 'redis-check-rdb', 'valkey-check-rdb']

/** Streams as we use them (XAUTOCLAIM) came with this version; every Valkey has them. */
const OLDEST = 6.2

export interface Ways {
  path: string | undefined
  /** Tells what takes long. */
  note: (text: string) => void
  apt?: (packageName: string) => Promise<boolean>
  build?: () => Promise<string>
}

/**
 * The file to start as `redis-server`: from the PATH, else with apt (root only), else built from its source.
 *
 * @throws naming the ways to get one, when none of these worked.
 */
export async function redisProgram({
  path,
  note,
  apt = installWithApt,
  build = builtRedis
}: Ways): Promise<string> {
  const found = findRedis(path)
  if (found) return found
  // The package without the service: Debian would start that one, on port 6379, now and after every boot.
  note('apt-get install redis-tools')
  if (await apt('redis-tools')) {
    const installed = findRedis(path)
    if (installed) return installed
  }
  note('building it from source, a few minutes')
  try {
    const built = await build()
    if (isRecent(built)) return built
  } catch (error) {
    throw new Error(
      [
        `There is no Redis here, and it could not be built (${(error as Error).message.split('\n')[0]}). Either`,
        '  - install redis-server 6.2 or newer, or valkey-server, or',
        '  - start once as root on Debian or Ubuntu, which installs it, or',
        '  - install make and a C compiler, so that it can be built, or',
        '  - set REDIS_URL to one that runs elsewhere: REDIS_URL=redis://… npm run up'
      ].join('\n')
    )
  }
  throw new Error('The Redis that was built does not run here. Install redis-server, or set REDIS_URL.')
}

/** The first Redis server on `path` that is recent enough. */
export function findRedis(path: string | undefined): string | undefined {
  return NAMES.flatMap((name) => findOnPath(name, path)).find(isRecent)
}

function isRecent(file: string): boolean {
  const { stdout } = spawnSync(file, ['--version'], { argv0: 'redis-server', encoding: 'utf8' })
  return Number(/v=(\d+\.\d+)/.exec(stdout ?? '')?.[1]) >= OLDEST
}

async function builtRedis(): Promise<string> {
  const { RedisBinary } = await import('redis-memory-server')
  return RedisBinary.getPath()
}
