/** `npm run move`: copies a whole database to another server, for example from a plain PostgreSQL to TimescaleDB. */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { openPool, type Pool } from '@miniobserv/db'
import { claim } from './local/claim.ts'
import { checkDatabase } from './local/given.ts'
import { startPostgres } from './local/postgres.ts'
import { moveDatabase } from './move/database.ts'

const HELP = `Copies all of MiniObserv's data to another PostgreSQL, with or without TimescaleDB, and counts it at the end.

  npm run move -- --to postgres://user:password@host/database
  npm run move -- --from postgres://… --to postgres://…

  --from    the database to move from; without it that of npm run up in DATA_DIR (.miniobserv), which must be stopped
  --to      the database to move to: there, and empty
  --resume  goes on with a move that was interrupted

The addresses may also be in MOVE_FROM and MOVE_TO, where no list of processes shows them. Stop the server, or at least
its writers and the alerter, before; what agents send meanwhile waits in Redis. Then start it with
DATABASE_URL set to the new database. The old one stays as it is.`

const { values } = parseArgs({
  options: {
    from: { type: 'string' },
    to: { type: 'string' },
    resume: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h' }
  }
})
const fromUrl = values.from ?? process.env.MOVE_FROM
const toUrl = values.to ?? process.env.MOVE_TO

if (values.help || !toUrl) {
  console.log(HELP)
  process.exitCode = values.help ? 0 : 2
} else {
  process.exitCode = await move(toUrl).catch((error: Error) => {
    console.error(error.message)
    return 1
  })
}

/** Resolves with the exit code. */
async function move(toUrl: string): Promise<number> {
  await using undo = new AsyncDisposableStack()
  const ownUrl = fromUrl ?? (await startOwn(undo))
  await checkDatabase(ownUrl, 'database to move from')
  const source = open(ownUrl, undo)
  await checkDatabase(toUrl, 'database to move to')
  const target = open(toUrl, undo)
  const counts = await moveDatabase({
    source,
    target,
    resume: values.resume,
    tell: (line) => console.log(line)
  })
  for (const [table, rows] of counts) if (rows > 0) console.log(`  ${table.padEnd(20)} ${rows}`)
  console.log('Everything is there. Start the server with DATABASE_URL set to the new database.')
  return 0
}

function open(url: string, undo: AsyncDisposableStack): Pool {
  const pool = openPool(url, { name: 'move', max: 3, onError: () => undefined })
  undo.defer(() => pool.end())
  return pool
}

/** The database of `npm run up`, for as long as this takes. */
async function startOwn(undo: AsyncDisposableStack): Promise<string> {
  const home = resolve(process.env.DATA_DIR || '.miniobserv')
  if (!existsSync(join(home, 'postgres'))) {
    throw new Error(`There is no database of npm run up in ${home}: say --from, or set DATA_DIR.`)
  }
  undo.defer(claim(home, 'npm run move'))
  const postgres = await startPostgres({ home })
  undo.defer(() => postgres.stop())
  return postgres.url
}
