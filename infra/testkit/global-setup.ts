/** Runs once before all tests: a PostgreSQL with a migrated template database, and a Redis. */
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { migrate, openPool } from '@miniobserv/db'
import type { TestProject } from 'vitest/node'
import { startPostgres } from '../local/postgres.ts'
import { startRedis } from '../local/redis.ts'
import { redisProgram } from '../local/redis-program.ts'
import { clearLeftoverRuns, makeRunDirectory } from './leftover-runs.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** With rights to create databases. */
    databaseUrl: string
    /** The migrated database that each test's own is cloned from. */
    templateDatabase: string
    redisUrl: string
    /** Removed with all that is in it when the tests have ended. */
    tempRoot: string
  }
}

/** Uses `DATABASE_URL` and `REDIS_URL` where they are set; else starts what is missing, and stops it at the end. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await clearLeftoverRuns()
  const home = makeRunDirectory()
  mkdirSync(join(home, 'files'))
  const undo: (() => unknown)[] = [() => rmSync(home, { recursive: true, force: true })]
  const teardown = async () => {
    for (const step of undo.reverse()) await step()
  }
  try {
    let databaseUrl = process.env.DATABASE_URL
    if (!databaseUrl) {
      const postgres = await startPostgres({ home, throwaway: true })
      undo.push(() => postgres.stop())
      databaseUrl = postgres.url
    }
    let redisUrl = process.env.REDIS_URL
    if (!redisUrl) {
      const command = await redisProgram({
        path: process.env.PATH,
        note: (text) => console.log(`Redis: ${text}`)
      })
      // Nobody reads its files again: no test waits for the disk.
      const redis = await startRedis({ home, command, databases: 128, settings: { appendfsync: 'no' } })
      undo.push(() => redis.stop())
      redisUrl = redis.url
    }
    const template = `miniobserv_template_${process.pid}`
    await makeTemplate(databaseUrl, template)
    if (process.env.DATABASE_URL) undo.push(() => dropTemplate(process.env.DATABASE_URL as string, template))
    project.provide('databaseUrl', databaseUrl)
    project.provide('templateDatabase', template)
    project.provide('redisUrl', redisUrl)
    project.provide('tempRoot', join(home, 'files'))
    return teardown
  } catch (error) {
    await teardown()
    throw error
  }
}

/** Nobody may connect to it afterwards: PostgreSQL clones only what nobody uses. */
async function makeTemplate(url: string, name: string): Promise<void> {
  await dropTemplate(url, name)
  await command(url, `create database ${name}`)
  const at = new URL(url)
  at.pathname = `/${name}`
  const pool = openPool(at.href, { name: 'testkit', max: 1, onError: () => undefined })
  await migrate(pool).finally(() => pool.end())
  await command(url, `alter database ${name} allow_connections false`)
  // TimescaleDB's workers have connected by themselves.
  await command(url, `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`)
}

async function dropTemplate(url: string, name: string): Promise<void> {
  await command(url, `drop database if exists ${name} with (force)`)
}

async function command(url: string, sql: string): Promise<void> {
  const pool = openPool(url, { name: 'testkit', max: 1, onError: () => undefined })
  await pool.query(sql).finally(() => pool.end())
}
