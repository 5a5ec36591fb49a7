/** The steps of the main job, as each way to run the server has to pass them. */
import { appendFileSync } from 'node:fs'
import { METRICS } from '@miniobserv/protocol'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { eventually } from '../../testkit/index.ts'

/** Gets a path of the API, as someone who is signed in. */
export type Read = (path: string) => Promise<Record<string, Record<string, unknown>[]>>

export const WITHIN = { within: 20_000 }

export function reader(url: string, cookie: string): Read {
  return async (path) => {
    const answer = await fetch(url + path, { headers: { cookie } })
    expect(answer.status, path).toBe(200)
    return answer.json() as ReturnType<Read>
  }
}

/** The host is the only one, it is up, and there are points of every kind that the design names. */
export async function seesTheHost(read: Read, host: string): Promise<void> {
  const names = [
    METRICS.cpuUtilization,
    METRICS.cpuLogicalCount,
    METRICS.load1m,
    METRICS.memoryUsage,
    METRICS.filesystemUtilization,
    METRICS.networkIo,
    METRICS.uptime,
    METRICS.processCount
  ]
  for (const { name, unit } of names) {
    await eventually(async () => {
      const { series, ...answer } = await read(`/api/v1/query?metric=${name}&host=${host}&from=-5m`)
      expect(answer.unit, name).toBe(unit)
      const values = series?.flatMap(({ points }) => (points as number[][]).map(([, value]) => value)) ?? []
      expect(
        values.some((value) => typeof value === 'number'),
        name
      ).toBe(true)
    }, WITHIN)
  }
  const { hosts } = await read('/api/v1/hosts')
  expect(hosts).toMatchObject([{ name: host, status: 'up', info: { 'os.type': 'linux' } }])
}

/** A line that is appended to `file` now is found, with its source. */
export async function findsAnAppendedLine(read: Read, host: string, file: string): Promise<void> {
  const message = `ERROR the needle of ${host} wäre hier`
  appendFileSync(file, `${message}\n`)
  const [line] = await eventually(async () => {
    const { lines } = await read('/api/v1/logs?q=needle')
    expect(lines).toHaveLength(1)
    return lines as [Record<string, unknown>]
  }, WITHIN)
  expect(line).toMatchObject({ host, source: file, level: 'error', message })
}

/** Someone signs in with a browser, sees the host and its charts, and finds the line. */
export async function usesThePage(page: Page, url: string, host: string, password: string): Promise<void> {
  await page.goto(url)
  await page.getByLabel('Password').fill('wrong')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('alert').waitFor()
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()

  const row = page.getByRole('table', { name: 'Hosts' }).getByRole('row').filter({ hasText: host })
  await row.getByText('%').first().waitFor()
  await row.getByRole('link', { name: host }).click()
  for (const chart of ['CPU', 'Memory']) {
    await page.getByRole('figure', { name: chart }).locator('canvas').first().waitFor()
  }

  await page.getByRole('link', { name: 'Logs' }).first().click()
  await page.getByRole('combobox', { name: 'Search logs' }).fill('needle')
  await page.keyboard.press('Enter')
  const list = page.getByRole('list', { name: 'Log lines' })
  await list.getByText('wäre hier').first().waitFor()
  expect(await list.locator('mark').first().textContent()).toBe('needle')
}
