/** What somebody does on the page of the log lines: searches, zooms in, looks around a line, follows it live, takes it along. */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually, post, thirdPartyToken } from '../../testkit/index.ts'
import { type Browsing, browse, isAccessible } from './browse.ts'

const [SECOND, MINUTE] = [1_000, 60_000]
const LINES = 120
let browsing: Browsing
const began = Date.now()

async function log(host: string, lines: Record<string, unknown>[]): Promise<void> {
  const body = {
    batch: randomUUID(),
    host,
    lines: lines.map((line) => ({ source: '/srv/app.log', ...line }))
  }
  const token = thirdPartyToken(host)
  expect((await post(`${browsing.server.url}/api/v1/logs`, body, { token })).status).toBe(202)
}

beforeAll(async () => {
  browsing = await browse()
  // A line every 20 s, the newest half a minute old.
  await log(
    'web-1',
    Array.from({ length: LINES }, (_, i) => ({
      time: began - 30 * SECOND - (LINES - 1 - i) * 20 * SECOND,
      level: i % 10 === 0 ? 'error' : 'info',
      message: i % 10 === 0 ? `payment ${i} refused by the bank` : `request ${i} done`,
      attributes: { user: i % 2 ? 'eve' : 'bob smith', n: i }
    }))
  )
  await eventually(async () => {
    const { body } = await browsing.server.get('/api/v1/logs?limit=1000')
    expect(body.lines).toHaveLength(LINES)
  })
})
afterAll(() => browsing?.close())

const list = (page: Page) => page.getByRole('list', { name: 'Log lines' })
const rows = (page: Page) => list(page).locator('[data-row]')
const search = (page: Page) => page.getByRole('combobox', { name: 'Search logs' })
const chart = (page: Page) => page.getByRole('img', { name: /lines? by level/ })

test('a search with hints marks its words, stands in the address, and is remembered', async () => {
  const page = await browsing.open('/logs')
  await rows(page).first().waitFor()
  await page.keyboard.press('/')
  await page.getByRole('option', { name: /level:>=warn/ }).waitFor()
  await page.keyboard.type('bank level:er')
  await page.getByRole('option', { name: 'level:error' }).waitFor()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await eventually(async () => expect(await rows(page).count()).toBe(12))
  expect(await list(page).locator('mark').first().textContent()).toBe('bank')
  expect(decodeURIComponent(page.url())).toContain('q=bank+level:error')
  await chart(page)
    .and(page.getByRole('img', { name: /^12 lines/ }))
    .waitFor()
  await page.keyboard.press('Enter')

  await page.reload()
  await eventually(async () => expect(await rows(page).count()).toBe(12))
  await search(page).fill('')
  await page.getByRole('option', { name: 'bank level:error' }).waitFor()
  await page.context().close()
})

test('a drag over the histogram zooms in, a double click goes back', async () => {
  const page = await browsing.open('/logs')
  await page.getByRole('img', { name: /^120 lines/ }).waitFor()
  const { x, y, width, height } = (await chart(page).boundingBox()) as NonNullable<
    Awaited<ReturnType<ReturnType<typeof chart>['boundingBox']>>
  >
  await page.mouse.move(x + width / 2, y + height / 2)
  await page.mouse.down()
  await page.mouse.move(x + width * 0.75, y + height / 2, { steps: 4 })
  await page.mouse.up()
  await eventually(() => expect(page.url()).toMatch(/from=\d+&to=\d+/))
  const query = new URLSearchParams(page.url().split('?')[1])
  expect(Number(query.get('to')) - Number(query.get('from'))).toBeGreaterThan(14 * MINUTE)
  expect(Number(query.get('to')) - Number(query.get('from'))).toBeLessThan(16 * MINUTE)
  await eventually(async () => expect(await rows(page).count()).toBeGreaterThan(40))
  await eventually(async () => expect(await rows(page).count()).toBeLessThan(50))
  await chart(page).dblclick()
  await page.getByRole('img', { name: /^120 lines/ }).waitFor()
  await page.context().close()
})

test('a line opens by the keyboard where it stands, with what it has, what is around it, and ways on', async () => {
  const page = await browsing.open('/logs?q=payment')
  await rows(page).first().waitFor()
  for (const key of ['j', 'j', 'o']) await page.keyboard.press(key)
  await page.getByText('Lines before and after').waitFor()
  expect(page.url()).toContain('line=')
  expect(await page.locator('[data-row][aria-expanded=true]').textContent()).toContain('payment 100 refused')
  await page.getByRole('button', { name: 'Lines before and after' }).click()
  const around = page.getByRole('region', { name: 'The lines around it' })
  await around.getByText('request 99 done').waitFor()
  await around.getByText('request 105 done').waitFor()
  expect(await around.locator('[aria-current]').textContent()).toContain('payment 100 refused')
  await around.getByRole('button', { name: 'More before' }).click()
  await around.getByText('request 86 done').waitFor()
  await isAccessible(page)

  const charts = await page.getByRole('link', { name: 'Charts of this moment' }).getAttribute('href')
  expect(charts).toMatch(/^#\/hosts\/web-1\?from=\d+&to=\d+$/)
  await page.locator('[data-row][aria-expanded=true]').focus()
  await page.keyboard.press('Escape')
  await eventually(async () => expect(await page.locator('[aria-expanded=true][data-row]').count()).toBe(0))
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Without lines with this: user="bob smith"' }).click()
  await page.getByText('No line matches').waitFor()
  expect(await search(page).inputValue()).toBe('payment -user="bob smith"')
  await page.context().close()
})

test('new lines come on top by themselves, wait while somebody reads, and while they are held back', async () => {
  const page = await browsing.open('/logs?host=tail')
  await page.getByText('Following').waitFor()
  const say = (message: string) => log('tail', [{ time: Date.now(), message }])
  await eventually(async () => {
    await say('first')
    await list(page).getByText('first').first().waitFor({ timeout: 1_000 })
  })
  await say('second')
  await rows(page)
    .first()
    .and(page.getByRole('button', { name: /second/ }))
    .waitFor()

  await rows(page).first().click()
  await say('third')
  const news = page.getByRole('button', { name: '1 new line' })
  await news.waitFor()
  expect(await rows(page).first().textContent()).toContain('second')
  await news.click()
  await rows(page)
    .first()
    .and(page.getByRole('button', { name: /third/ }))
    .waitFor()

  await page.keyboard.press('p')
  await page.getByText('Paused').waitFor()
  await say('fourth')
  await page.getByRole('button', { name: '1 new line' }).waitFor()
  expect(await rows(page).first().textContent()).toContain('third')
  await page.keyboard.press('p')
  await rows(page)
    .first()
    .and(page.getByRole('button', { name: /fourth/ }))
    .waitFor()
  await page.context().close()
})

test('what is shown is taken along as a file', async () => {
  const page = await browsing.open('/logs?q=payment')
  await rows(page).first().waitFor()
  const coming = page.waitForEvent('download')
  await page.getByRole('link', { name: 'NDJSON' }).click()
  const file = await coming
  expect(file.suggestedFilename()).toMatch(/\.ndjson$/)
  const lines = readFileSync(await file.path(), 'utf8')
    .trimEnd()
    .split('\n')
  expect(lines.map((line) => JSON.parse(line).message)).toHaveLength(12)
  await page.context().close()
})

test('on a phone all of it fits, and nothing is out of reach of anyone', async () => {
  const page = await browsing.open('/logs?q=payment', 'phone')
  await rows(page).first().waitFor()
  await chart(page).waitFor()
  await isAccessible(page)
  await rows(page).first().tap()
  await page.getByRole('button', { name: 'Lines before and after' }).waitFor()
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
  await isAccessible(page)
  await page.emulateMedia({ colorScheme: 'dark' })
  await isAccessible(page)
  await page.context().close()
})
