/** What runs of alerts have in common: stores of their own, programs that end with the run, a channel that records. */
import { join } from 'node:path'
import { openPool, type Pool } from '@miniobserv/db'
import { startPostgres } from '../../local/postgres.ts'
import { type Program, startProgram, untilReady } from '../../local/program.ts'
import { startRedis } from '../../local/redis.ts'
import { redisProgram } from '../../local/redis-program.ts'
import { repository } from '../../local/repository.ts'
import { type Recorder, startRecorder } from '../../testkit/recorder.ts'
import { quietPort } from '../chaos/quiet-port.ts'

export interface StageOptions {
  /** Where all of it keeps its files. */
  home: string
  note(text: string): void
  /** To be done at the end, last first. */
  defer(step: () => unknown): void
  signal: AbortSignal
}

export interface Stage extends StageOptions {
  db: Pool
  /** Stands for Slack, or for whoever a webhook is of. */
  channel: Recorder
  /** Starts one of our servers and resolves when it is ready; its address. */
  serve(
    name: string,
    script: string,
    env?: Record<string, string>
  ): Promise<{ url: string; program: Program }>
  /** Starts one of our programs that listens on nothing. */
  start(name: string, script: string, env: Record<string, string>): Promise<Program>
}

export const SECRETS = {
  AGENT_TOKEN: 'a secret that only runs of alerts use and nobody else',
  ADMIN_PASSWORD: 'open sesame, says the run',
  SESSION_SECRET: 'signs the sessions of these runs, 32 and more'
}

export async function setStage(options: StageOptions): Promise<Stage> {
  const { home, note, defer } = options
  const postgres = await startPostgres({ home, throwaway: true })
  defer(() => postgres.stop())
  const command = await redisProgram({ path: process.env.PATH, note: (text) => note(`Redis: ${text}`) })
  const redis = await startRedis({ home, command })
  defer(() => redis.stop())
  const db = openPool(postgres.url, { name: 'alerts-run', max: 3, onError: () => undefined })
  defer(() => db.end())
  const channel = await startRecorder()
  defer(() => channel.close())

  async function start(name: string, script: string, env: Record<string, string>): Promise<Program> {
    const { PATH = '', HOME = '' } = process.env
    const args = [join(repository, script)]
    const program = await startProgram({
      name,
      home,
      command: process.execPath,
      args,
      env: { PATH, HOME, ...env }
    })
    defer(() => program.stop())
    return program
  }

  return {
    ...options,
    ...{ db, channel, start },
    async serve(name, script, env = {}) {
      const port = String(await quietPort())
      const url = `http://127.0.0.1:${port}`
      const stores = { DATABASE_URL: postgres.url, REDIS_URL: redis.url }
      const program = await start(name, script, { ...SECRETS, ...stores, PORT: port, DATA_DIR: home, ...env })
      const isReady = () =>
        fetch(`${url}/readyz`).then(
          ({ ok }) => ok,
          () => false
        )
      await untilReady(program, isReady)
      return { url, program }
    }
  }
}
