import { expect, test } from 'vitest'
import { compileGlobs } from '../src/tail/globs.ts'

test('watches from the fixed part of each pattern', () => {
  expect(
    compileGlobs(['/var/log/*.log', '/var/log/a/**/*.log', '/srv/app.log', 'logs/*'], '/home/x').bases
  ).toEqual(['/var/log', '/var/log/a', '/srv', '/home/x/logs'])
})

test.each([
  ['/var/log/*.log', '/var/log/syslog.log', true],
  ['/var/log/*.log', '/var/log/a/b.log', false],
  ['/var/log/**/*.log', '/var/log/a/b.log', true],
  ['/var/log/syslog', '/var/log/syslog', true],
  ['/var/log/syslog', '/var/log/syslog.1', false],
  ['/var/log/{a,b}.log', '/var/log/b.log', true],
  ['/var/log/*', '/var/log/syslog.2.gz', false],
  ['/var/log/*', '/var/log/lastlog', false],
  ['logs/*.txt', '/home/x/logs/a.txt', true]
])('%s matches %s: %s', (pattern, path, matches) => {
  expect(compileGlobs([pattern], '/home/x').matches(path)).toBe(matches)
})

test('a pattern with ! leaves files out', () => {
  const { matches } = compileGlobs(['/var/log/*.log', '!/var/log/noisy.log'], '/')
  expect([matches('/var/log/a.log'), matches('/var/log/noisy.log')]).toEqual([true, false])
})

test.each([
  ['/var/log/*.log', '/var/log', true],
  ['/var/log/*.log', '/var/log/journal', false],
  ['/srv/*/logs/*.log', '/srv/app', true],
  ['/srv/*/logs/*.log', '/srv/app/logs', true],
  ['/srv/*/logs/*.log', '/srv/app/node_modules', false],
  ['/srv/*/logs/*.log', '/srv/app/logs/old', false],
  ['/srv/**/*.log', '/srv/a/b/c', true],
  ['/srv/**/*.log', '/srv/a/.git', false],
  ['/**/*.log', '/proc/1', false],
  ['/**/*.log', '/var', true]
])('%s looks into %s: %s', (pattern, directory, looks) => {
  expect(compileGlobs([pattern], '/').mayHold(directory)).toBe(looks)
})
