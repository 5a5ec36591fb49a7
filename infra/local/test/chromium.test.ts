import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { tempDir } from '../../testkit/index.ts'
import { type ChromiumWays, chromiumProgram } from '../chromium.ts'

let bin: string
let tried: string[]

beforeEach(() => {
  bin = join(tempDir(), 'bin')
  mkdirSync(bin)
  tried = []
})

/** A program that starts, or one that does not. */
function program(name: string, exitCode = 0): string {
  const file = join(bin, name)
  writeFileSync(file, `#!/bin/sh\nexit ${exitCode}\n`)
  chmodSync(file, 0o755)
  return file
}

const find = (ways: Partial<ChromiumWays> = {}) =>
  chromiumProgram({
    env: { PATH: bin },
    note: () => undefined,
    places: [],
    apt: async (name) => {
      tried.push(`apt ${name}`)
      return false
    },
    download: async () => {
      tried.push('download')
      throw new Error('getaddrinfo ENOTFOUND cdn\nand more')
    },
    ...ways
  })

test('the one that was set, or an error when that does not start', async () => {
  program('chromium')
  const chosen = program('chosen')
  expect(await find({ env: { PATH: bin, CHROMIUM_PATH: chosen } })).toBe(chosen)
  const broken = program('broken', 1)
  await expect(find({ env: { PATH: bin, CHROMIUM_PATH: broken } })).rejects.toThrow(broken)
})

test('the first on the PATH that starts, and nothing is installed', async () => {
  program('chromium', 1) // as Ubuntu's, which only says that a snap is needed
  const chrome = program('google-chrome')
  expect(await find()).toBe(chrome)
  expect(tried).toEqual([])
})

test('apt, then the download', async () => {
  const apt = async () => Boolean(program('chromium'))
  expect(await find({ apt })).toBe(join(bin, 'chromium'))
  const download = async () => program('downloaded')
  expect(await find({ env: { PATH: '' }, download })).toBe(join(bin, 'downloaded'))
  expect(tried).toEqual(['apt chromium'])
})

test('an error that says why and names every way when none worked', async () => {
  const error = await find().catch((reason: Error) => reason.message)
  for (const way of ['ENOTFOUND', 'install chromium', 'root', 'playwright-core install', 'CHROMIUM_PATH=']) {
    expect(error).toContain(way)
  }
})
