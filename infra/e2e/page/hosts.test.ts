/** What somebody does on the page of all hosts and on that of one: finds, groups, zooms, and asks a spike for its log lines. */
import { randomUUID } from 'node:crypto'
import { alerter } from '@miniobserv/alerter'
import { METRICS } from '@miniobserv/protocol'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually, post, thirdPartyToken } from '../../testkit/index.ts'
import { type Browsing, browse, isAccessible } from './browse.ts'

const [SECOND, MINUTE] = [1_000, 60_000]
let browsing: Browsing
const began = Math.floor(Date.now() / (10 * SECOND)) * 10 * SECOND
/** When the processors of web-1 had much to do. */
const SPIKE = began - 15 * MINUTE

interface Sent {
  team: string
  disk: number
  busy: (time: number) => number
  times: number[]
}

async function send(host: string, { team, disk, busy, times }: Sent): Promise<void> {
  const mode = (name: string) => ({ ...METRICS.cpuUtilization, labels: { 'cpu.mode': name } })
  const filesystem = {
    'system.device': 'sda',
    'system.filesystem.mountpoint': '/',
    'system.filesystem.type': 'ext4'
  }
  const body = {
    ...{ batch: randomUUID(), host, labels: { team }, info: { 'os.type': 'linux' } },
    series: [
      ...['idle', 'user'].map(mode),
      METRICS.memoryUtilization,
      { ...METRICS.filesystemUtilization, labels: filesystem }
    ],
    points: times.map((time) => [time, 1 - busy(time), busy(time), 0.4, disk])
  }
  const token = thirdPartyToken(host)
  expect((await post(`${browsing.server.url}/api/v1/metrics`, body, { token })).status).toBe(202)
}

beforeAll(async () => {
  // A host that has said all it will say is up for as long as the tests run.
  browsing = await browse({ HOST_DOWN_AFTER: '1h' }, [alerter])
  const times = Array.from({ length: 180 }, (_, i) => began - i * 10 * SECOND).reverse()
  const spike = (time: number) => (Math.abs(time - SPIKE) < 30 * SECOND ? 0.95 : 0.1)
  await send('web-1', { team: 'web', disk: 0.5, busy: spike, times })
  for (let i = 2; i <= 12; i++) {
    const full = i === 11 ? 0.97 : 0.3
    await send(`${i % 2 ? 'web' : 'db'}-${i}`, {
      ...{ team: i % 2 ? 'web' : 'store', disk: full, busy: () => i / 100, times: times.slice(-3) }
    })
  }
  const lines = [-90, -5, 0, 5, 90].map((seconds) => ({
    ...{ time: SPIKE + seconds * SECOND, level: 'error', source: '/srv/app.log' },
    message: `${seconds} s from the spike`
  }))
  const token = thirdPartyToken('web-1')
  await post(`${browsing.server.url}/api/v1/logs`, { batch: randomUUID(), host: 'web-1', lines }, { token })
  await eventually(async () => {
    const { body } = await browsing.server.get('/api/v1/hosts')
    expect(body.hosts).toHaveLength(12)
    expect((await browsing.server.get('/api/v1/logs')).body.lines).toHaveLength(5)
  })
})
afterAll(() => browsing?.close())

const names = (page: Page) => page.locator('[data-row]').allInnerTexts()
const chart = (page: Page, name: string) => page.getByRole('figure', { name })
/** From the edges of a drawn chart, its plot. */
async function plotOf(page: Page, name: string) {
  const over = chart(page, name).locator('.u-over')
  await over.waitFor()
  return (await over.boundingBox()) as { x: number; y: number; width: number; height: number }
}

test('what is not well stands first; filter, groups and layout stand in the address', async () => {
  const page = await browsing.open('/hosts')
  await eventually(async () => expect((await names(page))[0]).toBe('web-11'))
  await page.getByRole('button', { name: /1\s*▲?\s*to look at/ }).waitFor()
  await isAccessible(page)

  await page.keyboard.press('/')
  await page.keyboard.type('team=store')
  await eventually(async () =>
    expect((await names(page)).sort()).toEqual(['db-10', 'db-12', 'db-2', 'db-4', 'db-6', 'db-8'])
  )
  await page.getByRole('searchbox').fill('')
  await page.getByRole('combobox', { name: 'Group by' }).selectOption('team')
  await page.getByRole('button', { name: 'store', exact: true }).waitFor()
  await page.getByRole('button', { name: 'As tiles' }).click()
  await page.getByRole('listitem').filter({ hasText: 'web-11' }).getByText('97').waitFor()
  await isAccessible(page)
  await page.reload()
  await page.getByRole('listitem').filter({ hasText: 'web-11' }).waitFor()
  await page.getByRole('button', { name: 'store', exact: true }).click()
  await eventually(async () => expect(await names(page)).toHaveLength(6))
  await page.context().close()
})

test('a head sorts the table', async () => {
  const page = await browsing.open('/hosts')
  await page.locator('[data-row]').first().waitFor()
  await page.getByRole('button', { name: 'CPU', exact: true }).click()
  await eventually(async () => expect((await names(page))[0]).toBe('db-12'))
  expect(await page.getByRole('columnheader', { name: 'CPU' }).getAttribute('aria-sort')).toBe('descending')
  await page.context().close()
})

test('the focus stays with its host when another order moves it', async () => {
  const page = await browsing.open('/hosts?sort=name')
  await eventually(async () => expect((await names(page))[0]).toBe('db-2'))
  const focused = () => page.evaluate<string>('document.activeElement.textContent')
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  expect(await focused()).toBe('db-4')
  for (const order of ['-name', 'name']) {
    await page.evaluate(`location.hash = '#/hosts?sort=${order}'`)
    const first = order === 'name' ? 'db-2' : 'web-11'
    await eventually(async () => expect((await names(page))[0]).toBe(first))
    expect(await focused()).toBe('db-4')
  }
  await page.context().close()
})

test('on a phone all is there, nothing is wider than the screen, and it can be sorted', async () => {
  const page = await browsing.open('/hosts', 'phone')
  await page.locator('[data-row]').first().waitFor()
  await page.getByRole('combobox', { name: 'Sort by' }).selectOption('-cpu')
  await eventually(async () => expect((await names(page))[0]).toBe('db-12'))
  await isAccessible(page)
  await page.locator('[data-row]').filter({ hasText: 'web-1' }).last().tap()
  await chart(page, 'CPU by mode').locator('canvas').waitFor()
  await isAccessible(page)
  expect(
    await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
  ).toBeLessThanOrEqual(0)
  await page.context().close()
})

test('a click on a spike shows the log lines of those minutes beside it', async () => {
  const page = await browsing.open('/hosts/web-1?range=1h')
  const plot = await plotOf(page, 'CPU by mode')
  const at = (time: number) => plot.x + plot.width * (1 - (Date.now() - time) / (60 * MINUTE))
  await page.mouse.click(at(SPIKE), plot.y + plot.height / 2)
  const lines = page.getByRole('complementary', { name: 'Log lines' })
  await lines.getByText('0 s from the spike', { exact: true }).waitFor()
  await lines.getByText('-5 s from the spike').waitFor()
  await isAccessible(page)
  expect(page.url()).toContain('at=')
  await page.keyboard.press('Escape')
  await eventually(async () => expect(await lines.count()).toBe(0))
  await page.context().close()
})

test('a finger reads the values of a spike first, and goes on to its log lines from there', async () => {
  const page = await browsing.open('/hosts/web-1?range=1h', 'phone')
  const plot = await plotOf(page, 'CPU by mode')
  const at = (time: number) => plot.x + plot.width * (1 - (Date.now() - time) / (60 * MINUTE))
  await page.touchscreen.tap(at(SPIKE), plot.y + plot.height / 2)
  const lines = page.getByRole('complementary', { name: 'Log lines' })
  const on = page.locator('.readout').getByText('Log lines')
  await on.waitFor()
  expect(await lines.count()).toBe(0)
  await on.tap()
  await lines.getByText('0 s from the spike', { exact: true }).waitFor()
  await page.context().close()
})

test('a drag zooms where one is, a double click goes back', async () => {
  const page = await browsing.open('/hosts/web-1?range=1h')
  await chart(page, 'Disk usage').scrollIntoViewIfNeeded()
  const plot = await plotOf(page, 'Disk usage')
  expect(await page.evaluate('scrollY')).toBeGreaterThan(0)
  const y = plot.y + plot.height / 2
  await page.mouse.move(plot.x + plot.width * 0.7, y)
  await page.mouse.down()
  await page.mouse.move(plot.x + plot.width * 0.9, y, { steps: 5 })
  await page.mouse.up()
  await eventually(() => expect(page.url()).toMatch(/from=\d+&to=\d+/))
  expect((await plotOf(page, 'Disk usage')).y).toBeCloseTo(plot.y, -1)
  expect(page.url()).not.toContain('at=')
  await page.mouse.dblclick(plot.x + plot.width / 2, y)
  await eventually(() => expect(page.url()).not.toContain('from='))
  await page.context().close()
})

test('by keys the crosshair moves over all charts; a table holds the same values; yesterday can lie under today', async () => {
  const page = await browsing.open('/hosts/web-1?range=1h')
  await plotOf(page, 'CPU by mode')
  const slider = page.getByRole('slider', { name: /^CPU by mode/ })
  await slider.focus()
  const newest = await slider.getAttribute('aria-valuetext')
  await page.keyboard.press('ArrowLeft')
  await eventually(async () => expect(await slider.getAttribute('aria-valuetext')).not.toBe(newest))
  await page.keyboard.press('Enter')
  await page.getByRole('complementary', { name: 'Log lines' }).waitFor()
  await page.keyboard.press('Escape')

  await page.getByRole('button', { name: 'CPU by mode: Show as a table' }).click()
  await page.getByRole('region', { name: 'CPU by mode' }).getByRole('cell', { name: /^10/ }).first().waitFor()
  await page.getByRole('combobox', { name: 'Compare with' }).selectOption('day')
  await chart(page, 'Memory taken').getByText('yesterday').waitFor()
  await page.context().close()
})

test('thousands of hosts are some rows of the document, and the last one is reached', async () => {
  await browsing.server.db.pool.query(
    `insert into hosts (name, first_seen, last_seen)
     select 'many-' || i, now(), now() + interval '1 hour' from generate_series(1, 3000) i`
  )
  const page = await browsing.open('/hosts?sort=name')
  await page.getByText('3012 hosts').waitFor({ state: 'attached' })
  expect(await page.locator('[data-row]').count()).toBeLessThan(100)
  await page.evaluate('scrollTo(0, document.body.scrollHeight)')
  await eventually(async () => expect(await names(page)).toContain('web-11'))
  expect(await page.locator('[data-row]').count()).toBeLessThan(100)
  await page.context().close()
})

test('hosts that are no more are taken off the list, and put back', async () => {
  await browsing.server.db.pool.query(
    `insert into hosts (name, first_seen, last_seen)
     select name, now() - interval '9 h', now() - interval '8 h' from unnest('{old-1,old-2}'::text[]) name`
  )
  const page = await browsing.open('/hosts?q=is%3Ddown')
  await eventually(async () => expect(await names(page)).toEqual(['old-1', 'old-2']))
  await page.getByRole('button', { name: 'Take these 2 off the list' }).click()
  await page.getByText('2 hosts are off the list.').waitFor()
  await eventually(async () => expect(await names(page)).toEqual([]))
  await page.getByRole('button', { name: 'Undo' }).click()
  await eventually(async () => expect(await names(page)).toEqual(['old-1', 'old-2']))

  await page.locator('[data-row]').first().click()
  await page.getByRole('button', { name: 'Take it off the list' }).click()
  await page.getByText('old-1 is off the list.').waitFor()
  await page.goto(`${browsing.server.url}/#/hosts?q=is%3Ddown`)
  await eventually(async () => expect(await names(page)).toEqual(['old-2']))
  await isAccessible(page)
  await page.context().close()
})
