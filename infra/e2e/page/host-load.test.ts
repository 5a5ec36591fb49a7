/** How the page of one host comes up: nothing moves, nothing is asked for twice, and what is asked first waits for no code. */
import { alerter } from '@miniobserv/alerter'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../../testkit/index.ts'
import { type Browsing, browse } from './browse.ts'
import { sendSamples } from './samples.ts'

let browsing: Browsing
beforeAll(async () => {
  browsing = await browse({}, [alerter])
  await sendSamples(browsing.server, ['web-1'])
})
afterAll(() => browsing?.close())

/** A page of somebody who is signed in, before anything of the product is on it. */
async function blank(size: 'desk' | 'phone' = 'desk'): Promise<Page> {
  const page = await browsing.open('/settings', size)
  await page.goto('about:blank')
  return page
}
const visit = (page: Page) => page.goto(`${browsing.server.url}/#/hosts/web-1?range=15m`)
const drawn = (page: Page) => page.getByRole('figure', { name: 'CPU by mode' }).locator('canvas').waitFor()

/** The questions that a page asks of metrics, as it asks them. */
function questions(page: Page): string[] {
  const asked: string[] = []
  page.on('request', (request) => {
    const { pathname, search } = new URL(request.url())
    // What is asked again later, because time goes on, is about another time.
    if (pathname === '/api/v1/query') asked.push(search)
  })
  return asked
}

test.each(['desk', 'phone'] as const)('on a %s nothing moves when the data arrives', async (size) => {
  const page = await blank(size)
  await page.addInitScript(`
    globalThis.shift = 0
    new PerformanceObserver((list) => {
      for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) shift += value
    }).observe({ type: 'layout-shift', buffered: true })`)
  await visit(page)
  await drawn(page)
  await eventually(async () => expect(await page.locator('.skeleton').count()).toBe(0))
  expect(await page.evaluate<number>('shift')).toBeLessThan(0.02)
  await page.context().close()
})

test('each chart is drawn once from its data, whenever alerts and rules come', async () => {
  const page = await blank()
  await page.addInitScript(`
    globalThis.drawn = []
    const mark = performance.mark.bind(performance)
    performance.mark = (name, ...more) => {
      if (name.startsWith('chart drawn')) drawn.push(name)
      return mark(name, ...more)
    }`)
  const to = Date.now()
  const rules = page.waitForResponse(/\/rules/)
  await page.goto(`${browsing.server.url}/#/hosts/web-1?from=${to - 600_000}&to=${to}`)
  await drawn(page)
  await rules
  await page.getByRole('figure', { name: 'CPU by mode' }).getByText('CPU busy').waitFor()
  await eventually(async () => expect(await page.locator('.skeleton').count()).toBe(0))
  const names = await page.evaluate<string[]>('drawn')
  expect(names).toContain('chart drawn CPU by mode')
  expect(names).toEqual([...new Set(names)])
  await page.context().close()
})

test('each chart asks once, and not again because log lines are shown beside it', async () => {
  const page = await blank()
  const asked = questions(page)
  await visit(page)
  await drawn(page)
  await eventually(async () => expect(await page.locator('.skeleton').count()).toBe(0))
  expect(asked.length).toBeGreaterThan(10)
  expect(asked).toEqual([...new Set(asked)])
  await page.getByRole('slider', { name: /^CPU by mode/ }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('complementary', { name: 'Log lines' }).waitFor()
  expect(asked).toEqual([...new Set(asked)])
  await page.context().close()
})

test('what the first charts show is asked for while their code is on its way', async () => {
  const page = await blank()
  const asked = questions(page)
  let code = () => {}
  const waits = new Promise<void>((resolve) => {
    code = resolve
  })
  await page.route(/\/assets\/HostPage.*\.js/, async (route) => {
    await waits
    await route.continue()
  })
  await visit(page)
  await eventually(() => expect(asked.some((search) => search.includes('system.cpu.utilization'))).toBe(true))
  expect(await page.getByRole('figure').count()).toBe(0)
  code()
  await drawn(page)
  expect(asked).toEqual([...new Set(asked)])
  await page.context().close()
})
