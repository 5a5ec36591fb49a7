/** The Redis that runs beside the server: for `npm run up` and for the tests. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { kept } from './kept.ts'
import { type Program, startProgram, untilReady } from './program.ts'

export interface LocalRedis extends Program {
  url: string
}

export interface RedisOptions {
  /** The directory of all that is kept, absolute; the data goes to `redis/` in it. */
  home: string
  /** What redis-program.ts found. */
  command: string
  databases?: number
  /** Further lines of its configuration, by their first word. */
  settings?: Record<string, string>
}

/**
 * Starts Redis on the data in `home` and resolves when it answers. It listens on 127.0.0.1 alone and asks for a
 * generated password; every write is in its append-only file before it is answered; nothing is ever evicted.
 */
export async function startRedis({
  home,
  command,
  databases = 16,
  settings: more = {}
}: RedisOptions): Promise<LocalRedis> {
  const directory = join(home, 'redis')
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const { port, password } = await kept(join(directory, 'miniobserv.json'))
  const settings = {
    bind: '127.0.0.1',
    port,
    requirepass: password,
    dir: JSON.stringify(directory),
    databases,
    appendonly: 'yes',
    appendfsync: 'always', // with everysec an answer may go out before the write
    save: '""', // the append-only file alone
    'maxmemory-policy': 'noeviction',
    ...more
  }
  const file = join(directory, 'redis.conf')
  const lines = Object.entries(settings).map(([name, value]) => `${name} ${value}\n`)
  writeFileSync(file, lines.join(''), { mode: 0o600 }) // and not as arguments, which everybody on the machine can read
  const program = await startProgram({ name: 'redis', home, command, args: [file], argv0: 'redis-server' })
  const url = `redis://:${password}@127.0.0.1:${port}`
  await untilReady(program, () => answers(url))
  return { ...program, url }
}

/** Whether Redis answers at `url`; false too while it still loads its data. */
async function answers(url: string): Promise<boolean> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null, enableReadyCheck: false })
  redis.on('error', () => undefined)
  try {
    await redis.connect()
    return (await redis.ping()) === 'PONG'
  } catch {
    return false
  } finally {
    redis.disconnect()
  }
}
