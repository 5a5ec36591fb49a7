/** What somebody does with dashboards: looks, changes in place, undoes, saves, gives away as a file and takes one. */
import { randomUUID } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually, post, tempDir, thirdPartyToken } from '../../testkit/index.ts'
import { type Browsing, browse, isAccessible } from './browse.ts'
import { sendMemory, sendSamples } from './samples.ts'

let browsing: Browsing
beforeAll(async () => {
  browsing = await browse()
  await sendSamples(browsing.server, ['web-1', 'web-2', 'db-1'])
})
afterAll(() => browsing?.close())

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
/** Titles of the panels as they stand. */
const panels = (page: Page) =>
  page.locator('section.panel').evaluateAll((all) => all.map((one) => one.ariaLabel))
const legend = (page: Page, chart: string) =>
  page.getByRole('figure', { name: chart }).getByRole('list').getByRole('listitem')

test('the first dashboard shows all hosts; its variable leaves those that are chosen, and stands in the address', async () => {
  const page = await browsing.open('/dashboards')
  await page.getByRole('link', { name: 'All hosts' }).click()
  await eventually(async () => expect(await legend(page, 'Memory, the fullest ten').count()).toBe(3))
  await isAccessible(page)
  await page.getByRole('combobox', { name: 'Hosts' }).fill('web-*')
  await page.keyboard.press('Enter')
  await eventually(async () => expect(await legend(page, 'Memory, the fullest ten').count()).toBe(2))
  expect(decodeURIComponent(page.url())).toContain('v.host=web-*')

  await browsing.server.db.pool.query(
    `update hosts set labels = '{"team":"shop"}' where name in ('web-1', 'db-1')`
  )
  await page.getByRole('button', { name: 'Remove web-*' }).click()
  await page.getByRole('combobox', { name: 'Hosts' }).fill('team')
  await page.getByRole('option', { name: 'team=shop 2 hosts' }).click()
  await eventually(async () => {
    const lines = await legend(page, 'Memory, the fullest ten').allTextContents()
    expect(lines.map((line) => line.trim().split(/\s/)[0]).sort()).toEqual(['db-1', 'web-1'])
  })
  await page.context().close()
})

test('panels are added, moved and resized by keys, undone, and saved for everybody', async () => {
  const page = await browsing.open('/dashboards')
  await button(page, 'New dashboard').click()
  await page.getByLabel('Name of the new dashboard').fill('Mine')
  await page.keyboard.press('Enter')
  await button(page, 'Chart').click()
  await page.getByLabel('Title').fill('First')
  await button(page, 'Number').click()
  await page.getByLabel('Title').fill('Second')
  await button(page, 'Done').click()
  expect(await panels(page)).toEqual(['First', 'Second'])
  await isAccessible(page)
  // However far down somebody is, both stay in sight.
  await button(page, 'Text').click()
  await button(page, 'Table').click()
  for (const name of ['Save', 'Chart']) {
    const box = await button(page, name).boundingBox()
    expect(box && box.y >= 0 && box.y + box.height <= 900, name).toBe(true)
  }
  const added = await page.getByRole('region', { name: 'Table', exact: true }).boundingBox()
  expect(added && added.y >= 0 && added.y < 900).toBe(true)
  await button(page, 'Undo').click()
  await button(page, 'Undo').click()

  await page.getByRole('button', { name: 'Move Second: arrow keys' }).focus()
  await page.keyboard.press('ArrowLeft')
  expect(await panels(page)).toEqual(['Second', 'First'])
  const width = page.getByRole('separator', { name: 'Width of Second' })
  await width.focus()
  await page.keyboard.press('ArrowRight')
  expect(await width.getAttribute('aria-valuenow')).toBe('4')
  await page.getByRole('button', { name: 'Remove First' }).click()
  expect(await panels(page)).toEqual(['Second'])
  await page.keyboard.press('Control+z')
  expect(await panels(page)).toEqual(['Second', 'First'])
  await button(page, 'Save').click()
  await button(page, 'Edit').waitFor()

  const other = await browsing.open(new URL(page.url()).hash.slice(1))
  await eventually(async () => expect(await panels(other)).toEqual(['Second', 'First']))
  await other.context().close()
  await page.context().close()
})

test('a panel is dragged by its handle', async () => {
  const page = await browsing.open('/dashboards/1')
  await button(page, 'Edit').click()
  const [first, second] = await panels(page)
  await page
    .getByRole('button', { name: `Move ${second}: arrow keys` })
    .dragTo(page.getByRole('region', { name: first as string, exact: true }), {
      targetPosition: { x: 30, y: 80 }
    })
  await eventually(async () => expect((await panels(page)).slice(0, 2)).toEqual([second, first]))
  await button(page, 'Discard').click()
  await eventually(async () => expect((await panels(page)).slice(0, 2)).toEqual([first, second]))
  await page.context().close()
})

test('who comes second is told, and may keep a copy or see what the other did', async () => {
  const [mine, late, theirs] = [
    await browsing.open('/dashboards/1'),
    await browsing.open('/dashboards/1'),
    await browsing.open('/dashboards/1')
  ]
  for (const [page, text] of [
    [mine, 'changed by one'],
    [late, 'changed too late'],
    [theirs, 'changed by the other']
  ] as const) {
    await button(page, 'Edit').click()
    await page.getByLabel('Description').fill(text)
  }
  await button(theirs, 'Save').click()
  await button(theirs, 'Edit').waitFor()
  await button(mine, 'Save').click()
  await mine.getByRole('alert').getByText('has changed it meanwhile').waitFor()
  await button(mine, 'Save mine as a copy').click()
  await mine.getByRole('heading', { name: 'All hosts (copy)' }).waitFor()
  await mine.getByText('changed by one').waitFor()
  await button(late, 'Save').click()
  await button(late, 'Show theirs').click()
  await late.getByText('changed by the other').waitFor()
  await late.context().close()
  await mine.context().close()
  await theirs.context().close()
})

test('a file that was exported is imported under a free name; a wrong one says where it is wrong', async () => {
  const page = await browsing.open('/dashboards')
  const downloading = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export All hosts', exact: true }).click()
  const path = await (await downloading).path()
  const file = join(tempDir(), 'board.json')
  writeFileSync(file, readFileSync(path))
  await page.getByLabel('Import a file').setInputFiles(file)
  await page.getByText('“All hosts 2” was imported.').waitFor()
  const wrong = JSON.parse(readFileSync(file, 'utf8'))
  wrong.rows[0].panels[0].kind = 'pie'
  writeFileSync(file, JSON.stringify(wrong))
  await page.getByLabel('Import a file').setInputFiles(file)
  await page.getByRole('alert').getByText('/rows/0/panels/0/kind').waitFor()

  await page.getByRole('button', { name: 'Delete All hosts 2', exact: true }).click()
  await page.getByText('“All hosts 2” was deleted.').waitFor()
  await button(page, 'Undo').click()
  await page.getByRole('link', { name: 'All hosts 2' }).waitFor()
  await isAccessible(page)
  await page.context().close()
})

test('charts go on with samples as they come, all over one connection', async () => {
  const page = await browsing.open('/settings')
  let connections = 0
  page.on('request', (request) => {
    if (request.url().includes('/live/metrics')) connections++
  })
  await page.goto(`${browsing.server.url}/#/dashboards/1?range=15m`)
  const memory = legend(page, 'Memory, the fullest ten').filter({ hasText: 'web-1' })
  await eventually(async () => {
    await sendMemory(browsing.server, 'web-1', 0.87)
    expect(await memory.textContent()).toContain('87')
  })
  expect(connections).toBe(1)
  await page.context().close()
})

test('what a panel scrolls does not make the page longer', async () => {
  const { server } = browsing
  const time = Date.now() - 5_000
  const lines = Array.from({ length: 60 }, (_, i) => ({
    ...{ time: time + i, source: 'app', level: 'error', message: `line ${i}` }
  }))
  const body = { batch: randomUUID(), host: 'web-1', lines }
  const answer = await post(`${server.url}/api/v1/logs`, body, { token: thirdPartyToken('web-1') })
  expect(answer.status).toBe(202)
  await eventually(async () =>
    expect((await server.get('/api/v1/logs?limit=100')).body.lines).toHaveLength(60)
  )
  const page = await browsing.open('/dashboards/1')
  await page.getByText('line 59').first().waitFor({ state: 'attached' })
  const below =
    'document.documentElement.scrollHeight - document.querySelector("main").getBoundingClientRect().bottom - scrollY'
  await eventually(async () => expect(await page.evaluate(below)).toBeLessThanOrEqual(1))
  await page.context().close()
})

test('on a phone panels stand under each other, to be read', async () => {
  const page = await browsing.open('/dashboards/1', 'phone')
  await page.getByRole('figure').locator('canvas').first().waitFor()
  const lefts = await page
    .locator('section.panel')
    .evaluateAll((all) => all.map((one) => Math.round(one.getBoundingClientRect().left)))
  expect(new Set(lefts).size).toBe(1)
  expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)
  expect(await page.getByRole('button', { name: 'Edit' }).isVisible()).toBe(false)
  await isAccessible(page)
  await page.context().close()
})
