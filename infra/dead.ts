/** `npm run dead`: looks at the batches that no writer could store, and sends them back. */
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { readSettings, Secret, SettingsError } from '@miniobserv/settings'
import { type DeadLetter, dropDead, openRedis, readDead, replayDead, unpack } from '@miniobserv/stream'
import type { Redis } from 'ioredis'
import Type from 'typebox'

const HELP = `Batches that could not be stored, with the reason (stream miniobserv:dead).

  npm run dead                      list them, oldest first
  npm run dead -- show ID           one of them, with its body
  npm run dead -- replay ID … | all send them back to be stored; what is stored already changes nothing
  npm run dead -- drop ID …         forget them for good

REDIS_URL says where; without it, the Redis of npm run up in DATA_DIR (.miniobserv).`

const MOST_SHOWN = 4 * 1024 * 1024

async function list(redis: Redis): Promise<void> {
  const letters = await readDead(redis, '-', 1000)
  for (const letter of letters) console.log(lineOf(letter))
  const more = letters.length === 1000 ? ', and perhaps more' : ''
  console.log(letters.length === 0 ? 'There are none.' : `${letters.length}${more}.`)
}

function lineOf({ id, stream, reason, entry }: DeadLetter): string {
  const buried = new Date(Number(id.split('-')[0])).toISOString()
  return [id, buried, stream, entry?.host ?? '(no batch)', entry?.batch ?? '', reason].join('  ')
}

async function find(redis: Redis, ids: string[]): Promise<DeadLetter[]> {
  const letters = await Promise.all(
    ids.map(async (id) => (await readDead(redis, id, 1)).find((each) => each.id === id))
  )
  const missing = ids.filter((_, i) => letters[i] === undefined)
  if (missing.length > 0)
    throw new Error(`There is no dead letter ${missing.join(', ')}; npm run dead lists them.`)
  return letters as DeadLetter[]
}

async function show(redis: Redis, ids: string[]): Promise<void> {
  for (const letter of await find(redis, ids)) {
    console.log(lineOf(letter))
    const { entry } = letter
    if (!entry) continue
    const body = await unpack(entry.encoding, entry.body, MOST_SHOWN).catch((error: Error) => error.message)
    console.log(String(body))
  }
}

async function replay(redis: Redis, ids: string[]): Promise<void> {
  let sent = 0
  const kept: string[] = []
  const batchOf = async (start: string) => (ids[0] === 'all' ? await readDead(redis, start, 100) : [])
  let letters = ids[0] === 'all' ? await batchOf('-') : await find(redis, ids)
  while (letters.length > 0) {
    for (const letter of letters) (await replayDead(redis, letter)) ? sent++ : kept.push(letter.id)
    letters = await batchOf(`(${letters.at(-1)?.id}`)
  }
  console.log(`${sent} sent back${kept.length > 0 ? `; no batches and kept: ${kept.join(', ')}` : ''}.`)
}

async function drop(redis: Redis, ids: string[]): Promise<void> {
  await find(redis, ids)
  console.log(`${await dropDead(redis, ids)} dropped.`)
}

/** The Redis that `npm run up` runs, where none is given. */
function redisUrl(): string {
  if (process.env.REDIS_URL || process.env.REDIS_URL_FILE) {
    return readSettings(Type.Object({ REDIS_URL: Secret() }), process.env).REDIS_URL
  }
  const file = join(resolve(process.env.DATA_DIR || '.miniobserv'), 'redis/miniobserv.json')
  if (!existsSync(file))
    throw new Error(`Set REDIS_URL, or DATA_DIR to that of npm run up: there is no ${file}.`)
  const { port, password } = JSON.parse(readFileSync(file, 'utf8'))
  return `redis://:${password}@127.0.0.1:${port}`
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { help: { type: 'boolean', short: 'h' } }
})
const [command = 'list', ...ids] = positionals
const commands: Record<string, ((redis: Redis, ids: string[]) => Promise<void>) | undefined> = {
  list,
  show,
  replay,
  drop
}
const work = commands[command]

if (values.help || !work || (command !== 'list' && ids.length === 0)) {
  console.log(HELP)
  process.exitCode = values.help ? 0 : 2
} else {
  try {
    // The commands say what is wrong; a connection's own errors would say it a second time.
    const redis = openRedis(redisUrl(), { name: 'dead', onError: () => undefined })
    await work(redis, ids).finally(() => redis.disconnect())
  } catch (error) {
    console.error(error instanceof SettingsError ? error.message : (error as Error).message)
    process.exitCode = 1
  }
}
