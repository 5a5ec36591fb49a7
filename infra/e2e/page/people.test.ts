/** People in a browser: the first start, signing in at a provider, and the settings about people, by whom they are for. */
import { setUpCode } from '@miniobserv/auth'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort, type OpenId, startOpenId } from '../../testkit/index.ts'
import { type Browsing, browse, isAccessible } from './browse.ts'

const client = { id: 'miniobserv', secret: 'the secret of the client' }
let browsing: Browsing
let openId: OpenId
let page: Page

beforeAll(async () => {
  const port = await freePort()
  browsing = await browse({
    OIDC_ISSUER: `http://127.0.0.1:${port}`,
    OIDC_CLIENT_ID: client.id,
    OIDC_CLIENT_SECRET: client.secret,
    OIDC_NAME: 'Example login',
    OIDC_ROLES: 'staff=viewer'
  })
  openId = await startOpenId({
    ...{ port, client, callback: `${browsing.server.url}/api/v1/oidc/callback` },
    people: {
      a1: { preferred_username: 'vera', groups: ['staff'] },
      b2: { preferred_username: 'max', groups: [] }
    }
  })
  page = await browsing.openAsNobody('/settings/users')
})
afterAll(async () => {
  await browsing?.close()
  await openId?.close()
})

const section = (name: string) =>
  page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name })

test('the first start: the set-up code and a password make the first user, who is led on to where they were going', async () => {
  await page.getByRole('heading', { name: 'Make the first user' }).waitFor()
  await isAccessible(page)
  await page.getByLabel('Set-up code').fill('wrong')
  await page.getByLabel('User name').fill('anna')
  await page.getByLabel('Password').fill('a password of hers')
  await page.getByRole('button', { name: 'Make the user' }).click()
  await page.getByRole('alert').filter({ hasText: 'This is not the set-up code' }).waitFor()
  await page.getByLabel('Set-up code').fill(setUpCode(browsing.server.env.SESSION_SECRET ?? ''))
  await page.getByRole('button', { name: 'Make the user' }).click()
  await page.getByRole('rowheader', { name: 'anna' }).waitFor()
})

test('an admin makes a user, gives another role and another password, and deletes only when sure', async () => {
  const form = page.locator('form')
  await form.getByLabel('Name').fill('bert')
  await page.getByRole('button', { name: 'Make one up' }).click()
  expect(await form.getByLabel('First password').inputValue()).toMatch(/^([a-z2-9]{4}-){3}[a-z2-9]{4}$/)
  await page.getByRole('button', { name: 'Make the user' }).click()
  const row = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: 'bert' }) })
  await row.getByLabel('Role of bert').selectOption('Editor')
  await row.getByRole('button', { name: 'New password' }).click()
  await page.getByLabel('New password of bert').fill('another password')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('status').filter({ hasText: 'signed out everywhere' }).waitFor()
  await isAccessible(page)
  await page.reload()
  expect(await row.getByLabel('Role of bert').inputValue()).toBe('editor')
  await row.getByRole('button', { name: 'Delete' }).click()
  await row.getByRole('button', { name: 'Delete for good?' }).click()
  await row.waitFor({ state: 'detached' })
})

test('an API token is shown once and taken back', async () => {
  await section('API tokens').click()
  await page.getByLabel('Name').fill('grafana')
  await page.getByRole('button', { name: 'Make the token' }).click()
  const token = await page.getByRole('status').locator('code').textContent()
  const answer = await fetch(`${browsing.server.url}/api/v1/hosts`, {
    headers: { authorization: `Bearer ${token}` }
  })
  expect(answer.status).toBe(200)
  await isAccessible(page)
  const row = page.getByRole('row').filter({ hasText: 'grafana' })
  await row.getByRole('button', { name: 'Take back' }).click()
  await row.getByRole('button', { name: 'Take it back?' }).click()
  await page.getByText('There are no tokens yet.').waitFor()
})

test('one’s password is changed, other sessions are ended, and all of it stands in the audit log', async () => {
  await section('Account').click()
  await page.getByLabel('Present password').fill('a password of hers')
  await page.getByLabel('New password').fill('a better password')
  await page.getByRole('button', { name: 'Change the password' }).click()
  await page.getByRole('status').filter({ hasText: 'Changed' }).waitFor()
  await isAccessible(page)
  const other = await browsing.openAsNobody('/hosts')
  await signIn(other, 'anna', 'a better password')
  await other.getByRole('navigation', { name: 'Pages' }).waitFor()
  await section('Sessions').click()
  await page.getByRole('button', { name: /^End the session of/ }).click()
  await page.getByRole('button', { name: /^End the session of/ }).waitFor({ state: 'detached' })
  await isAccessible(page)
  await other.reload()
  await other.getByRole('heading', { name: 'Sign in' }).waitFor()
  await isAccessible(other)
  await other.context().close()

  await section('Audit').click()
  await page.getByText('Own password changed').click()
  const sent = page.getByRole('row').filter({ hasText: 'Own password changed' }).getByLabel('What was sent')
  expect(JSON.parse((await sent.textContent()) ?? '')).toEqual({ current: '…', password: '…' })
  expect(await page.getByText(/a (better password|password of hers)/).count()).toBe(0)
  // From when the first user was made.
  const refused = page.getByRole('row').filter({ hasText: 'Wrong set-up code' })
  expect((await refused.getByRole('cell').nth(1).textContent())?.trim()).toBe('anna')
  await isAccessible(page)
})

test('who signs in at the provider is back at their view as what they are there, and sees nothing of admins', async () => {
  const vera = await browsing.openAsNobody('/settings/account')
  await vera.getByRole('link', { name: 'Sign in with Example login' }).click()
  await atProvider(vera, 'a1')
  await vera.getByText('You are vera.').waitFor()
  await vera.getByText('You sign in at your provider').waitFor()
  expect(
    await vera.getByRole('navigation', { name: 'Sections' }).getByRole('link').allTextContents()
  ).toEqual(expect.not.arrayContaining(['Users', 'API tokens', 'Audit']))
  await vera.goto(`${browsing.server.url}/#/settings/users`)
  await vera.getByText('This takes the role Admin').waitFor()
  await vera.goto(`${browsing.server.url}/#/dashboards`)
  await vera.getByRole('table', { name: 'Dashboards' }).waitFor()
  expect(await vera.getByRole('button', { name: /New|Duplicate|Delete/ }).count()).toBe(0)
  await vera.context().close()

  const max = await browsing.openAsNobody('/hosts', 'phone')
  await max.getByRole('link', { name: 'Sign in with Example login' }).click()
  await atProvider(max, 'b2')
  await max.getByRole('alert').filter({ hasText: 'nobody has given you a role here' }).waitFor()
  await isAccessible(max)
  await max.context().close()
})

async function signIn(at: Page, username: string, password: string): Promise<void> {
  await at.getByLabel('User name').fill(username)
  await at.getByLabel('Password').fill(password)
  await at.getByRole('button', { name: 'Sign in', exact: true }).click()
}

/** Its own pages: the form to sign in, and the one to agree. */
async function atProvider(at: Page, login: string): Promise<void> {
  await at.getByPlaceholder('Enter any login').fill(login)
  await at.getByPlaceholder('and password').fill('any')
  await at.getByRole('button', { name: 'Sign-in' }).click()
  await at.getByRole('button', { name: 'Continue' }).click()
}
