/** What the documents name exists: paths, npm scripts, settings. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')
const PATH = /`((?:agent|libs|services|infra|\.ci)\/[\w./-]+|[\w.-]+\.(?:cjs|json|md))`/g

test.each(['ARCHITECTURE.md', 'README.md', 'DECISIONS.md'])('every path in %s exists', (file) => {
  const paths = [...read(file).matchAll(PATH)].map(([, path]) => path as string)
  if (file === 'ARCHITECTURE.md') expect(paths.length).toBeGreaterThan(30)
  expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([])
})

test('the architecture walks through every package', () => {
  const text = read('ARCHITECTURE.md')
  const packages = [
    'agent',
    ...['protocol', 'settings', 'auth', 'stream', 'db', 'service'].map((lib) => `libs/${lib}`)
  ]
  const services = ['ingest', 'writer', 'query', 'alerter', 'web'].map((service) => `services/${service}`)
  for (const each of [...packages, ...services, 'infra']) expect(text, each).toContain(`${each}/`)
})

test('every command in the README is a script', () => {
  const { scripts } = JSON.parse(read('package.json'))
  const named = [...read('README.md').matchAll(/npm (?:run )?([a-z\d]+(?::[a-z\d]+)?)\b/g)]
  expect(named.length).toBeGreaterThan(3)
  for (const [, script] of named) expect(scripts).toHaveProperty([script as string])
})
