/** The two who look on at a tail: somebody with the page of the log lines open, and a program that hears the events. */
import type { LiveLines } from '@miniobserv/protocol'
import { type Browser, chromium, type Page } from 'playwright-core'
import { listenLive } from '../testkit/live-events.ts'

const SENT = /sent=(\d+)/

/** A browser on the page of the log lines, at the newest of them. */
export async function signInToTail(address: string, password: string, executablePath: string) {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  try {
    return { ...(await lookAtTail(browser, address, password)), close: () => browser.close() }
  } catch (error) {
    // Left open, it would keep this process up.
    await browser.close()
    throw error
  }
}

async function lookAtTail(browser: Browser, address: string, password: string) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  const answer = await context.request.post(`${address}/api/v1/session`, {
    data: { username: 'admin', password }
  })
  if (!answer.ok()) throw new Error(`signing in was answered ${answer.status()}`)
  const page = await context.newPage()
  await page.goto(`${address}/#/logs?range=5m`)
  await page.getByText('Following').waitFor()
  const [session] = await context.cookies()
  return { page, cookie: `${session?.name}=${session?.value}` }
}

/** Notes when each line is in the page: the page's clock and the file's are one. */
export async function seeLines(page: Page) {
  // As text: the page's own names are not ours.
  await page.evaluate(`{
    const seen = (globalThis.seen = new Map())
    const note = (row) => {
      const [, number, sent] = /request (\\d+) done sent=(\\d+)/.exec(row.textContent) ?? []
      if (sent && !seen.has(number)) seen.set(number, Date.now() - Number(sent))
    }
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes)
        for (const node of addedNodes) {
          if (node.nodeType !== 1) continue
          if (node.matches('li')) note(node)
          else for (const row of node.querySelectorAll('li')) note(row)
        }
    }).observe(document.body, { childList: true, subtree: true })
  }`)
  return {
    restart: () => page.evaluate('void globalThis.seen.clear()'),
    /** ms, sorted. */
    read: async () =>
      ((await page.evaluate('[...globalThis.seen.values()]')) as number[]).sort((a, b) => a - b)
  }
}

/** Hears the lines as events, as a program would. */
export async function hearEvents(url: string, cookie: string) {
  let sinceFile: number[] = []
  let sinceGateway: number[] = []
  let resets = 0
  const listening = await listenLive(url, { cookie }, ({ event, id, data }) => {
    if (event === 'reset') resets++
    if (event !== 'lines') return
    const now = Date.now()
    for (const { message } of (data as LiveLines).lines) {
      const sent = SENT.exec(message)?.[1]
      if (sent) sinceFile.push(now - Number(sent))
    }
    // The id begins with when Redis got the newest of them.
    sinceGateway.push(now - Number.parseInt(id ?? '', 10))
  })
  return {
    close: listening.close,
    resets: () => resets,
    restart() {
      sinceFile = []
      sinceGateway = []
      resets = 0
    },
    /** ms, sorted. */
    read: () => ({
      sinceFile: sinceFile.sort((a, b) => a - b),
      sinceGateway: sinceGateway.sort((a, b) => a - b)
    })
  }
}
