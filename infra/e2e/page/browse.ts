/** A server with its page and somebody who is signed in to it, for the tests that use a page in a browser. */
import { ingest } from '@miniobserv/ingest'
import { query } from '@miniobserv/query'
import type { ServiceFactory } from '@miniobserv/service'
import { web } from '@miniobserv/web'
import { writer } from '@miniobserv/writer'
import axe from 'axe-core'
import { type Browser, chromium, type Page } from 'playwright-core'
import { expect } from 'vitest'
import { chromiumProgram } from '../../local/chromium.ts'
import { type TestServer, testServer } from '../../testkit/index.ts'

export interface Browsing {
  server: TestServer
  browser: Browser
  /** A page of the size of a desk or of a phone, at an address of the product, as an admin sees it. */
  open(address: string, size?: 'desk' | 'phone'): Promise<Page>
  /** The same for who is not signed in. */
  openAsNobody(address: string, size?: 'desk' | 'phone'): Promise<Page>
  close(): Promise<void>
}

const SIZES = {
  desk: { viewport: { width: 1440, height: 900 } },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }
}

/**
 * @param env settings of the server that are not a test's usual ones
 * @param more services besides those that take, keep and show data
 */
export async function browse(
  env: Record<string, string> = {},
  more: readonly ServiceFactory[] = []
): Promise<Browsing> {
  const server = await testServer([ingest, writer, query, web, ...more], env)
  const executablePath = await chromiumProgram({ env: process.env, note: () => undefined })
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  const show = async (address: string, size: 'desk' | 'phone', cookie?: string): Promise<Page> => {
    const context = await browser.newContext({ ...SIZES[size], acceptDownloads: true })
    const [name = '', value = ''] = cookie?.split('=') ?? []
    if (cookie) await context.addCookies([{ name, value, url: server.url }])
    const page = await context.newPage()
    page.on('pageerror', (error) => {
      throw error
    })
    page.on('console', (message) => {
      if (/Content Security Policy/i.test(message.text())) throw new Error(message.text())
    })
    await page.goto(`${server.url}/#${address}`)
    return page
  }
  let admin: string | undefined
  return {
    server,
    browser,
    async open(address, size = 'desk') {
      admin ??= await server.as('admin')
      return show(address, size, admin)
    },
    openAsNobody: (address, size = 'desk') => show(address, size),
    async close() {
      await browser.close()
      await server.close()
    }
  }
}

/** How far the page, and each table on it, goes on beyond its right edge, px: nought where nothing is cut off. */
export const cutOff = async (page: Page): Promise<number[]> =>
  page
    .locator('html, .table-box')
    .evaluateAll((boxes) =>
      boxes.map(({ scrollWidth, clientWidth }) => Math.max(0, scrollWidth - clientWidth))
    )

/** Nothing that axe calls serious or critical. */
export async function isAccessible(page: Page): Promise<void> {
  // In the page's own world a script would be refused: it has a policy.
  await page.evaluate(axe.source)
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: typeof import('axe-core') }
    const { violations } = await axe.run()
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => ({ id, nodes: nodes.slice(0, 3).map(({ html }) => html) }))
  })
  expect(found).toEqual([])
}
