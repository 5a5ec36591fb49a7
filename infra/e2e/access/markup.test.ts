/** What strangers have written (log lines, names, imported dashboards) is shown as text: it runs nothing and leads nowhere. */
import { randomUUID } from 'node:crypto'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually, post, thirdPartyToken } from '../../testkit/index.ts'
import { type Browsing, browse } from '../page/browse.ts'

const EVIL = '<img src=x onerror="globalThis.hacked=1"><script>globalThis.hacked=1</script><b class="evil">'
const TEXT = `${EVIL} javascript:alert(1) [a](javascript:alert(1)) https://example.org/"onmouseover="x data:text/html,x`

let browsing: Browsing
beforeAll(async () => {
  browsing = await browse()
  const token = thirdPartyToken(EVIL)
  const send = async (path: string, body: unknown) => {
    const answer = await post(`${browsing.server.url}/api/v1/${path}`, body, { token })
    expect(answer.body).toMatchObject({ now: expect.any(Number) })
  }
  await send('logs', {
    ...{ batch: randomUUID(), host: EVIL },
    lines: [{ time: Date.now(), source: EVIL, level: 'error', message: EVIL, attributes: { [EVIL]: EVIL } }]
  })
  await send('metrics', {
    ...{ batch: randomUUID(), host: EVIL, labels: { team: EVIL }, info: { os: EVIL } },
    series: [{ name: 'evil', labels: { [EVIL]: EVIL }, unit: '<b class="evil">' }],
    points: [1, 2, 3].map((n) => [Date.now() - n * 10_000, n])
  })
  await eventually(async () => {
    expect((await browsing.server.get('/api/v1/logs')).body.lines).toHaveLength(1)
    expect((await browsing.server.get('/api/v1/series?metric=evil')).body.series).toHaveLength(1)
  })
})
afterAll(() => browsing?.close())

async function isHarmless(page: Page): Promise<void> {
  await page.getByText('globalThis.hacked').locator('visible=true').first().waitFor()
  expect(await page.evaluate(() => 'hacked' in globalThis)).toBe(false)
  expect(await page.locator('img[src="x"], .evil, [onerror], [onmouseover]').count()).toBe(0)
  const links = await page.locator('a').evaluateAll((all) => all.map((link) => link.getAttribute('href')))
  expect(links.length).toBeGreaterThan(3)
  for (const link of links) expect(link).toMatch(/^(https?:\/\/|\/(?!\/)|#)/)
}

test('log lines, their attributes, and what hosts say of themselves', async () => {
  const page = await browsing.open('/logs')
  await page.locator('[data-row]').first().click()
  await isHarmless(page)
  for (const address of ['/hosts?group=team', `/hosts/${encodeURIComponent(EVIL)}`, '/explore?metric=evil']) {
    await page.goto(`${browsing.server.url}/#${address}`)
    await isHarmless(page)
  }
  await page.context().close()
})

test('a dashboard from a file', async () => {
  const cookie = await browsing.server.as('editor')
  const panels = [
    { kind: 'text', title: EVIL, text: TEXT },
    { kind: 'logs', title: EVIL }
  ]
  const board = { name: EVIL.slice(0, 90), description: EVIL, rows: [{ panels }] }
  const made = await post(`${browsing.server.url}/api/v1/dashboards`, board, { cookie })
  expect(made.status).toBe(201)
  const page = await browsing.open('/dashboards')
  await isHarmless(page)
  await page.goto(`${browsing.server.url}/#/dashboards/${made.body.id}`)
  await isHarmless(page)
  await page.getByRole('link', { name: 'https://example.org/' }).waitFor()
  await page.context().close()
})
