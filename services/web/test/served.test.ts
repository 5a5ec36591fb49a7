/** The built page as it is served: small on the wire, kept by the browser, closed to foreign scripts. */
import { type Hosted, host } from '@miniobserv/service'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { web } from '../src/index.ts'

let server: Hosted
beforeAll(async () => {
  server = await host([web], { name: 'test', port: 0, env: { LOG_LEVEL: 'silent', PORT: '0' } })
})
afterAll(() => server?.close())

test('the page is asked for anew, its assets are kept for good and come compressed', async () => {
  const page = await fetch(server.url)
  expect(page.status).toBe(200)
  expect(page.headers.get('cache-control')).toBe('no-cache')
  const policy = page.headers.get('content-security-policy')?.split(';')
  expect(policy).toEqual(
    expect.arrayContaining([
      "default-src 'self'",
      "script-src 'self'",
      "style-src 'self'",
      "frame-ancestors 'none'"
    ])
  )
  expect(page.headers.get('x-content-type-options')).toBe('nosniff')
  expect(page.headers.get('referrer-policy')).toBe('no-referrer')
  const html = await page.text()
  expect(html).not.toMatch(/<script(?![^>]*\bsrc=)/)
  const [, script] = /src="\.?(\/assets\/[^"]+\.js)"/.exec(html) ?? []
  const asset = await fetch(server.url + script, { headers: { 'accept-encoding': 'br' } })
  expect(asset.status).toBe(200)
  expect(asset.headers.get('content-encoding')).toBe('br')
  expect(asset.headers.get('cache-control')).toContain('immutable')
  expect(Number(asset.headers.get('content-length'))).toBeLessThan(100_000)
})

test('ready only when the page was built; anything else is a problem', async () => {
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200)
  expect(await (await fetch(`${server.url}/assets/nothing.js`)).json()).toMatchObject({ code: 'not_found' })
})
