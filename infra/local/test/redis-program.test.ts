import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { tempDir } from '../../testkit/index.ts'
import { redisProgram, type Ways } from '../redis-program.ts'

let bin: string
let tried: string[]

beforeEach(() => {
  bin = join(tempDir(), 'bin')
  mkdirSync(bin)
  tried = []
})

/** A program that says it is this version; `/bin/sh` is all it needs. */
function program(name: string, version: string): string {
  const file = join(bin, name)
  writeFileSync(file, `#!/bin/sh\necho "Redis server v=${version} sha=0 bits=64"\n`)
  chmodSync(file, 0o755)
  return file
}

const find = (ways: Partial<Ways> = {}) =>
  redisProgram({
    path: bin,
    note: () => undefined,
    apt: async (name) => {
      tried.push(`apt ${name}`)
      return false
    },
    build: async () => {
      tried.push('build')
      throw new Error('make: not found\nand more')
    },
    ...ways
  })

test('the one on the PATH, and nothing is installed', async () => {
  program('valkey-server', '8.1.0')
  const redis = program('redis-server', '7.0.15')
  expect(await find()).toBe(redis)
  expect(tried).toEqual([])
})

test('valkey where there is no redis, or only one that is too old', async () => {
  program('redis-server', '5.0.7')
  const valkey = program('valkey-server', '7.2.5')
  expect(await find()).toBe(valkey)
})

test('apt where nothing is on the PATH, then what apt has put there', async () => {
  const apt = async () => Boolean(program('redis-check-rdb', '7.0.15'))
  expect(await find({ apt })).toBe(join(bin, 'redis-check-rdb'))
})

test('its build where apt is no way', async () => {
  const built = program('built', '8.2.0')
  expect(await find({ build: async () => built })).toBe(built)
  expect(tried).toEqual(['apt redis-tools'])
})

test('an error that says why and names every way when none worked', async () => {
  const error = await find().catch((reason: Error) => reason.message)
  expect(tried).toEqual(['apt redis-tools', 'build'])
  for (const way of [
    'make: not found',
    'redis-server',
    'valkey-server',
    'root',
    'C compiler',
    'REDIS_URL='
  ]) {
    expect(error).toContain(way)
  }
})
