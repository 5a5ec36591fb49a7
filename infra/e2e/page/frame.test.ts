/** What is the same on every page: the keys, the time that is shown, and what is said while the server is away. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../../testkit/index.ts'
import { type Browsing, browse, isAccessible } from './browse.ts'
import { sendSamples } from './samples.ts'

let browsing: Browsing
beforeAll(async () => {
  browsing = await browse()
  await sendSamples(browsing.server, ['web-1.eu-central.example.net'])
})
afterAll(() => browsing?.close())

test('that the server is away is said once, over what is there, and no longer when it is back', async () => {
  const page = await browsing.open('/hosts/web-1.eu-central.example.net?range=15m')
  await page.getByRole('figure', { name: 'CPU by mode' }).locator('canvas').waitFor()
  await page.context().setOffline(true)
  await page.getByRole('button', { name: '1h', exact: true }).click()
  await page.getByText('The server cannot be reached').waitFor()
  expect(await page.getByText('The server cannot be reached').count()).toBe(1)
  expect(await page.getByRole('figure', { name: 'CPU by mode' }).locator('canvas').count()).toBe(1)
  await isAccessible(page)
  await page.context().setOffline(false)
  await page.getByText('The server cannot be reached').waitFor({ state: 'detached' })
  await page.context().close()
})

test('a page whose code does not come at first comes when it does', async () => {
  const page = await browsing.open('/settings')
  await page.goto('about:blank')
  let failed = 0
  await page.route(/\/assets\/LogsPage.*\.js/, (route) => (failed++ < 1 ? route.abort() : route.continue()))
  await page.goto(`${browsing.server.url}/#/logs`)
  await page.getByRole('combobox', { name: 'Search logs' }).waitFor()
  expect(failed).toBeGreaterThan(1)
  await page.context().close()
})

test('a question mark shows the keys, and Esc or a click beside them closes', async () => {
  const page = await browsing.open('/logs')
  await page.getByRole('heading', { name: 'Logs' }).waitFor()
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keys' }).waitFor()
  await isAccessible(page)
  await page.keyboard.press('Escape')
  await eventually(async () => expect(await page.getByRole('dialog').count()).toBe(0))
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keys' }).waitFor()
  await page.mouse.click(10, 10)
  await eventually(async () => expect(await page.getByRole('dialog').count()).toBe(0))
  await page.context().close()
})

test.each(['desk', 'phone'] as const)(
  'on a %s a long name leaves room for all there is to press',
  async (size) => {
    const page = await browsing.open(
      '/hosts/web-1.eu-central.example.net?from=1790000000000&to=1790000600000',
      size
    )
    const live = page.getByRole('switch', { name: 'Live' })
    await live.waitFor()
    const boxes = await page
      .getByRole('banner')
      .locator('a, button:visible, select:visible, h1')
      .evaluateAll((all) =>
        all
          .map((one) => one.getBoundingClientRect())
          .map(({ left, right, top, bottom }) => ({ left, right, top, bottom }))
      )
    for (const [i, a] of boxes.entries()) {
      for (const b of boxes.slice(i + 1)) {
        const apart =
          a.right <= b.left + 1 || b.right <= a.left + 1 || a.bottom <= b.top + 1 || b.bottom <= a.top + 1
        expect(apart).toBe(true)
      }
    }
    expect(Math.max(...boxes.map(({ right }) => right))).toBeLessThanOrEqual(size === 'desk' ? 1440 : 390)
    await page.context().close()
  }
)
