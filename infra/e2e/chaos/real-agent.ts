/** One real agent beside the simulated ones: it tails a file that gets numbered lines, and must lose none. */
import { appendFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from '@miniobserv/db'
import { startProgram } from '../../local/program.ts'
import { repository } from '../../local/repository.ts'
import { createRandom } from './random.ts'
import { storedLines } from './stored.ts'
import { lineOf, numberOf } from './values.ts'

export const REAL_HOST = 'chaos-real-agent'

export interface RealAgent {
  /** Begins to write lines; the agent must have looked at the file before. */
  write(): void
  /** Writes no more; resolves when all lines are stored, or `forMs` have passed. */
  settle(db: Pool, forMs: number): Promise<void>
  judge(db: Pool): Promise<RealAgentVerdict>
  stop(): Promise<void>
}

export interface RealAgentVerdict {
  written: number
  stored: number
  lost: number
  duplicated: number
  wrong: number
  ticks: number
  /** The longest time between two ticks of its metrics, ms. */
  longestGap: number
}

export interface RealAgentOptions {
  home: string
  seed: number
  url: string
  secret: string
  signal: AbortSignal
}

/** Now and then the file is renamed and begun anew, as logrotate does. */
const ROTATE_AFTER_LINES = 400

/** Longer than an agent ever waits before it tries again, ms: what has not come by then is lost. */
const PATIENCE = 75_000

export async function startRealAgent(options: RealAgentOptions): Promise<RealAgent> {
  const { home, seed, url, secret, signal } = options
  const directory = join(home, 'app')
  const file = join(directory, 'app.log')
  mkdirSync(directory)
  writeFileSync(file, 'a line from before the agent\n')
  const { PATH = '', HOME = '' } = process.env
  const program = await startProgram({
    name: 'agent',
    home,
    command: process.execPath,
    args: [join(repository, 'agent/src/main.ts')],
    env: {
      PATH,
      HOME,
      SERVER_URL: url,
      AGENT_TOKEN: secret,
      HOST_NAME: REAL_HOST,
      INTERVAL: '500ms',
      LOG_INTERVAL: '200ms',
      LOG_FILES: file
    }
  })
  const random = createRandom(seed, 'real agent')
  const stopping = new AbortController()
  const until = AbortSignal.any([stopping.signal, signal])
  let written = 0
  let writing = Promise.resolve()

  const message = (number: number): string =>
    lineOf(seed, REAL_HOST, number, 0).message.replaceAll('\t', ' ').trim()

  async function writeLines(): Promise<void> {
    while (!until.aborted) {
      let text = ''
      for (let left = 1 + random.below(4); left > 0; left--) text += `${message(++written)} .\n`
      appendFileSync(file, text)
      const part = Math.floor(written / ROTATE_AFTER_LINES)
      if (part > Math.floor((written - text.split('\n').length + 1) / ROTATE_AFTER_LINES)) {
        renameSync(file, `${file}.${part}`)
        writeFileSync(file, '')
      }
      await sleep(random.between(50, 200), undefined, { signal: until }).catch(() => undefined)
    }
  }

  const numbers = async (db: Pool) => (await storedLines(db, REAL_HOST)).map((line) => numberOf(line.message))

  return {
    write() {
      writing = writeLines()
    },
    async settle(db, forMs) {
      stopping.abort()
      await writing
      const deadline = performance.now() + forMs
      let [seen, progress] = [0, performance.now()]
      while (!signal.aborted && performance.now() < deadline && performance.now() < progress + PATIENCE) {
        const there = new Set(await numbers(db).catch(() => []))
        if (there.size >= written) return
        if (there.size !== seen) progress = performance.now()
        seen = there.size
        await sleep(500, undefined, { signal }).catch(() => undefined)
      }
    },
    async judge(db) {
      const lines = await storedLines(db, REAL_HOST)
      const seen = new Set<number>()
      const verdict = {
        written,
        stored: lines.length,
        lost: 0,
        duplicated: 0,
        wrong: 0,
        ...(await ticks(db))
      }
      for (const line of lines) {
        const number = numberOf(line.message) ?? Number.NaN
        if (seen.has(number)) verdict.duplicated++
        else if (!(number <= written) || line.message !== `${message(number)} .`) verdict.wrong++
        seen.add(number)
      }
      for (let number = 1; number <= written; number++) if (!seen.has(number)) verdict.lost++
      verdict.duplicated += verdict.ticks - verdict.distinct
      return verdict
    },
    stop: () => program.stop()
  }
}

async function ticks(db: Pool): Promise<{ ticks: number; distinct: number; longestGap: number }> {
  const { rows } = await db.query(
    `with own as (
       select f.time, f.layout_id from frames f join hosts h on h.id = f.host_id where h.name = $1
     ), gaps as (
       select time - lag(time) over (order by time) as gap from own
     )
     select (select count(*) from own) as ticks,
            (select count(*) from (select distinct time, layout_id from own) as d) as distinct,
            (select coalesce(extract(epoch from max(gap)) * 1000, 0)::int from gaps) as "longestGap"`,
    [REAL_HOST]
  )
  return rows[0]
}
