/** `npm ci`, which the first start runs, takes a lock file only when it is whole. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { repository } from '../repository.ts'

interface Locked {
  optionalDependencies?: Record<string, string>
}

// npm leaves out of the lock file what it could not reach while it wrote it, and only npm ci then says so.
test('the lock file has the packages of every kind of machine', () => {
  const { packages } = JSON.parse(readFileSync(join(repository, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Locked>
  }
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !packages[`node_modules/${name}`] && !packages[`${path}/node_modules/${name}`]
    )
  )
  expect(missing).toEqual([])
})
