/** What the settings tell: how to add a host, what the database takes, and what is wrong with the system itself. */
import { STREAMS } from '@miniobserv/stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { TEST_PASSWORD } from '../../testkit/index.ts'
import { type Browsing, browse, cutOff, isAccessible } from './browse.ts'
import { sendSamples } from './samples.ts'

let browsing: Browsing
beforeAll(async () => {
  browsing = await browse({ ADMIN_PASSWORD: TEST_PASSWORD })
  await sendSamples(browsing.server, ['web-1'])
})
afterAll(() => browsing?.close())

test('the line that adds a host has the address of this server, and no token', async () => {
  const page = await browsing.open('/settings')
  await page.getByRole('heading', { name: 'Agents' }).waitFor()
  const line = await page.locator('code').textContent()
  expect(line).toContain(`SERVER_URL=${browsing.server.url}`)
  expect(line).toContain('AGENT_TOKEN=…')
  expect(await page.content()).not.toContain(browsing.server.env.AGENT_TOKEN)
  await isAccessible(page)
  await page.context().close()
})

test('storage and health are told, on a phone too; a lamp leads to what is wrong', async () => {
  const page = await browsing.open('/settings/storage', 'phone')
  await page.getByRole('row', { name: /Samples, as they came.*7 d/ }).waitFor()
  await isAccessible(page)
  await page.getByRole('link', { name: 'Health' }).click()
  await page.getByText('All parts keep up.').waitFor()
  await isAccessible(page)
  await page.context().close()

  const letter = ['stream', STREAMS.logs, 'id', '1-0', 'reason', 'no room']
  await browsing.server.redis.redis.xadd(STREAMS.dead, '*', ...letter)
  const other = await browsing.open('/hosts')
  await other.getByRole('link', { name: 'Settings : something is wrong' }).click()
  await other.getByRole('link', { name: 'Health' }).click()
  await other.getByText('A batch could not be stored').waitFor()
  await other.getByText('no room').waitFor()
  await isAccessible(other)
  await other.context().close()
})

test('on a phone each section fits the screen: a row of a table is lines, with the names of its columns', async () => {
  const page = await browsing.open('/settings', 'phone')
  const sections = page.getByRole('navigation', { name: 'Sections' }).getByRole('link')
  const names = await sections.allTextContents()
  expect(names).toHaveLength(8)
  for (const name of names) {
    await page.getByRole('link', { name, exact: true }).click()
    await page.getByRole('main').getByRole('heading', { name, exact: true }).waitFor()
    await page.getByRole('main').locator('.skeleton').waitFor({ state: 'detached' })
    expect(
      [name, ...(await cutOff(page))].slice(1).every((px) => px === 0),
      name
    ).toBe(true)
    await isAccessible(page)
  }
  await page.getByRole('link', { name: 'Users' }).click()
  const admin = page.getByRole('row', { name: /admin/ })
  expect(await admin.getByRole('cell', { name: 'ADMIN_PASSWORD' }).getAttribute('data-label')).toBe(
    'Password'
  )
  await page.context().close()
})
