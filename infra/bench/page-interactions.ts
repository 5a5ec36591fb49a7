/** How long the list of hosts takes to answer a key, a click and a turn of the wheel, as the browser itself measures it. */
import type { Page } from 'playwright-core'
import { quantile } from './freshness.ts'
import type { Looking } from './page-first-load.ts'

export interface Took {
  p50: number
  p95: number
  most: number
  count: number
}

/** What is quicker is not reported one by one, ms: https://www.w3.org/TR/event-timing/ */
const LEAST = 16

/** For the page: the longest event of each interaction, and the time between frames. */
const WATCH = `
  globalThis.took = []
  globalThis.frames = []
  const longest = new Map()
  new PerformanceObserver((list) => {
    for (const { interactionId, duration } of list.getEntries()) {
      if (interactionId) longest.set(interactionId, Math.max(longest.get(interactionId) ?? 0, duration))
    }
    globalThis.took = [...longest.values()]
  }).observe({ type: 'event', durationThreshold: ${LEAST}, buffered: true })
  let last = 0
  requestAnimationFrame(function frame(now) {
    frames.push(now - last)
    last = now
    requestAnimationFrame(frame)
  })`

export async function watchInteractions({ context, url }: Looking): Promise<Record<string, Took>> {
  const page = await context.newPage()
  await page.addInitScript(WATCH)
  await page.goto(`${url}/#/hosts`)
  await page.waitForSelector('[data-row]')
  await page.waitForTimeout(3_000)

  return {
    typing: await interactions(page, async () => {
      const field = page.getByRole('searchbox')
      let keys = 0
      for (const text of ['web-ams', 'team=store', 'is=attention', '0042']) {
        await field.click()
        await page.keyboard.type(text, { delay: 90 })
        for (const _ of text) await page.keyboard.press('Backspace', { delay: 20 })
        keys += 2 * text.length + 1
      }
      return keys
    }),
    sorting: await interactions(page, () =>
      clicks(page, ['CPU', 'Memory', 'Disk', 'Network', 'Host', 'Status'], 3)
    ),
    'table and tiles': await interactions(page, () => clicks(page, ['As tiles', 'As a table'], 6)),
    'frames while scrolling': await scrolling(page)
  }
}

async function clicks(page: Page, names: readonly string[], times: number): Promise<number> {
  for (let turn = 0; turn < times; turn++) {
    for (const name of names) {
      await page.getByRole('button', { name, exact: true }).first().click()
      await page.waitForTimeout(150)
    }
  }
  return names.length * times
}

/** Those that are not reported took less than the least that is. */
async function interactions(page: Page, act: () => Promise<number>): Promise<Took> {
  const taken = () => page.evaluate<number[]>('took')
  const before = (await taken()).length
  const count = await act()
  await page.waitForTimeout(500)
  const reported = (await taken()).slice(before)
  const quick = Array.from({ length: Math.max(0, count - reported.length) }, () => LEAST)
  return figures([...quick, ...reported])
}

/** Down the whole list and up again; a frame that takes long is a list that stops. */
async function scrolling(page: Page): Promise<Took> {
  await page.mouse.move(700, 500)
  await page.evaluate('frames = []')
  for (const by of [700, -700]) {
    for (let turn = 0; turn < 50; turn++) {
      await page.mouse.wheel(0, by)
      await page.waitForTimeout(40)
    }
  }
  return figures(await page.evaluate<number[]>('frames'))
}

function figures(values: number[]): Took {
  const sorted = values.sort((a, b) => a - b)
  const whole = (value: number) => Math.round(value)
  return {
    ...{ p50: whole(quantile(sorted, 0.5)), p95: whole(quantile(sorted, 0.95)) },
    ...{ most: whole(sorted.at(-1) ?? 0), count: sorted.length }
  }
}
