/** What somebody does in Explore: picks a metric, puts a question together, reads values, takes them along. */
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../../testkit/index.ts'
import { type Browsing, browse, isAccessible } from './browse.ts'
import { sendMemory, sendSamples } from './samples.ts'

let browsing: Browsing
beforeAll(async () => {
  browsing = await browse()
  await sendSamples(browsing.server, ['web-1', 'web-2', 'db-1'])
})
afterAll(() => browsing?.close())

const values = (page: Page) => page.getByRole('table', { name: /^Values of/ })
/** The legend's rows: name, last, least, mean, greatest. */
const rows = (page: Page) => values(page).locator('tbody tr')
const names = async (page: Page) =>
  (await rows(page).locator('th').allTextContents()).map((name) => name.trim())

test('all metrics are there to pick from, found by a part of their name', async () => {
  const page = await browsing.open('/explore')
  const metrics = page.getByRole('table', { name: 'Metrics' })
  await metrics.getByRole('row', { name: /system\.cpu\.utilization.*cpu\.mode/ }).waitFor()
  await isAccessible(page)
  await page.keyboard.press('/')
  await page.keyboard.type('memory')
  await eventually(async () => expect(await metrics.locator('tbody tr').count()).toBe(1))
  await metrics.getByRole('link', { name: 'system.memory.utilization' }).click()
  await eventually(async () => expect(await names(page)).toEqual(['db-1', 'web-2', 'web-1']))
  expect(page.url()).toContain('a=system.memory.utilization')
  await page.context().close()
})

test('hosts by pattern, labels and what is kept apart are chosen by keys, and stand in the address', async () => {
  const page = await browsing.open('/explore?a=system.cpu.utilization')
  await eventually(async () => expect(await rows(page).count()).toBe(9))
  await page.getByRole('combobox', { name: 'Hosts' }).fill('web-*')
  await page.keyboard.press('Enter')
  await eventually(async () => expect(await rows(page).count()).toBe(6))
  await page.getByRole('combobox', { name: 'Filter by a label' }).click()
  await page.getByRole('option', { name: /cpu\.mode/ }).click()
  await page.keyboard.type('!idle')
  await page.getByRole('option', { name: '!idle' }).waitFor()
  await page.keyboard.press('Enter')
  await eventually(async () => expect(await rows(page).count()).toBe(4))
  await page.getByRole('combobox', { name: /^Lines/ }).selectOption('one for each')
  await page.getByRole('combobox', { name: /^Put together by/ }).selectOption('sum')
  await eventually(async () => {
    expect(await names(page)).toEqual(['web-2', 'web-1'])
    expect(await rows(page).first().textContent()).toMatch(/25\s%/)
  })
  const address = decodeURIComponent(page.url())
  for (const part of ['a.host=web-*', 'a.is.cpu.mode=!idle', 'a.by=host', 'a.across=sum']) {
    expect(address).toContain(part)
  }
  await isAccessible(page)
  await page.reload()
  await eventually(async () => expect(await names(page)).toEqual(['web-2', 'web-1']))
  await page.context().close()
}, 60_000)

test('metrics of one unit share a chart, those of another have their own; all go into the file', async () => {
  const page = await browsing.open('/explore?a=system.memory.utilization')
  await page.getByRole('figure').locator('canvas').waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type('network.io')
  await page.getByRole('option', { name: 'system.network.io' }).waitFor()
  await page.keyboard.press('Enter')
  await eventually(async () => expect(await page.getByRole('figure').locator('canvas').count()).toBe(2))
  const downloading = page.waitForEvent('download')
  await page.getByRole('button', { name: 'CSV' }).click()
  const file = await (await downloading).path()
  const [head = '', ...lines] = readFileSync(file, 'utf8').trim().split('\r\n')
  expect(head.split(',')).toHaveLength(7)
  expect(head).toMatch(/^time,/)
  expect(lines.length).toBeGreaterThan(10)
  expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\dT/)
  await page.context().close()
})

test('what is explored is put onto a new dashboard', async () => {
  const page = await browsing.open('/explore?a=system.memory.utilization&draw=stack')
  await page.getByRole('button', { name: 'Add to a dashboard' }).click()
  await page.getByRole('combobox', { name: /^Dashboard/ }).selectOption('A new one …')
  await page.getByLabel('Its name').fill('Memories')
  await page.getByRole('button', { name: 'Add it' }).click()
  await page.getByRole('link', { name: 'Open Memories' }).click()
  await page.getByRole('heading', { name: 'Memories' }).waitFor()
  await page.getByRole('figure', { name: 'system.memory.utilization' }).locator('canvas').first().waitFor()
  await page.context().close()
})

test('a phone shows the chart first, and the fields on demand', async () => {
  const page = await browsing.open('/explore?a=system.memory.utilization', 'phone')
  await page.getByRole('figure').locator('canvas').first().waitFor()
  expect(await page.getByRole('combobox', { name: 'Metric', exact: true }).isVisible()).toBe(false)
  await isAccessible(page)
  await page.getByRole('button', { name: 'system.memory.utilization', exact: true }).click()
  await page.getByRole('combobox', { name: 'Metric', exact: true }).waitFor()
  await page.context().close()
})

test('what is explored goes on with samples as they come, without asking again', async () => {
  const page = await browsing.open('/settings')
  let asked = 0
  page.on('request', (request) => {
    if (request.url().includes('/api/v1/query')) asked++
  })
  const live = page.waitForRequest(/live\/metrics/)
  await page.goto(`${browsing.server.url}/#/explore?a=system.memory.utilization&range=15m`)
  await live
  const last = rows(page).filter({ hasText: 'web-1' }).getByRole('cell').first()
  await eventually(async () => {
    await sendMemory(browsing.server, 'web-1', 0.87)
    expect(await last.textContent()).toContain('87')
  })
  // Once before the connection was there, and once when it was.
  expect(asked).toBeLessThanOrEqual(2)
  await page.context().close()
})
