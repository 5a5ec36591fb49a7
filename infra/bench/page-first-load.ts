/** What of the page comes over the wire on a first visit, how soon there is something to see, and what moves after that. */
import type { BrowserContext, CDPSession } from 'playwright-core'

export interface Looking {
  context: BrowserContext
  /** Of the server. */
  url: string
  /** A host that sends. */
  host: string
}

export interface FirstLoad {
  /** Of the page's own files, as sent, with gzip. */
  kB: number
  files: number
  /** From the navigation to the first row, or to the first chart. */
  seenMs: number
  /** Cumulative layout shift, https://web.dev/articles/cls. */
  shift: number
}

/** For the page, which has types of its own. What follows a click or a key is expected to move. */
const WATCH_SHIFTS = `
  globalThis.shift = 0
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) shift += value
  }).observe({ type: 'layout-shift', buffered: true })`

export async function watchFirstLoad({
  context,
  url,
  host
}: Looking): Promise<Record<'hosts' | 'host', FirstLoad>> {
  const visit = async (address: string, seen: string): Promise<FirstLoad> => {
    const page = await context.newPage()
    const session = await context.newCDPSession(page)
    await session.send('Network.enable')
    await session.send('Network.setCacheDisabled', { cacheDisabled: true })
    // Chromium would take brotli, which is smaller still.
    await session.send('Network.setExtraHTTPHeaders', { headers: { 'accept-encoding': 'gzip' } })
    const files = countFiles(session)
    await page.addInitScript(WATCH_SHIFTS)
    await page.goto(`${url}/#${address}`)
    await page.waitForSelector(seen, { state: 'attached' })
    const seenMs = await page.evaluate(() => performance.now())
    await page.waitForTimeout(3_000)
    const shift = await page.evaluate<number>('shift')
    await page.close()
    const sizes = [...files.values()]
    return {
      kB: Math.round(sizes.reduce((sum, bytes) => sum + bytes, 0) / 100) / 10,
      files: sizes.length,
      seenMs: Math.round(seenMs),
      shift: Math.round(shift * 1_000) / 1_000
    }
  }
  return {
    hosts: await visit('/hosts', '[data-row]'),
    host: await visit(`/hosts/${host}?range=15m`, 'figure canvas')
  }
}

/** Bytes of each file on the wire, headers too; not of the API's answers. */
function countFiles(session: CDPSession): Map<string, number> {
  const files = new Map<string, number>()
  const asked = new Set<string>()
  session.on('Network.requestWillBeSent', ({ requestId, request }) => {
    if (!request.url.includes('/api/')) asked.add(requestId)
  })
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (asked.has(requestId)) files.set(requestId, encodedDataLength)
  })
  return files
}
