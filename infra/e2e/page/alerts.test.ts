/** The page of alerts in a browser: a rule is made with its past in view, fires, and is dealt with where it stands. */
import { alerter } from '@miniobserv/alerter'
import { ensurePartitions } from '@miniobserv/db'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Browsing, browse, cutOff, isAccessible } from './browse.ts'

let browsing: Browsing
let page: Page
let sending: NodeJS.Timeout

beforeAll(async () => {
  browsing = await browse({ ALERT_INTERVAL: '1s' }, [alerter])
  const { pool } = browsing.server.db
  // What comes with the program would speak of hosts that only this test makes up.
  await pool.query('delete from rules')
  await pool.query(
    `insert into hosts (name, first_seen, last_seen) select name, now() - interval '1 hour', now() from unnest(array['web-01', 'web-02']) name`
  )
  await pool.query(`insert into series (name, labels, unit) values ('shop.load', '{"shop": "eu"}', '1')`)
  await pool.query(`insert into layouts (hash, series_ids) values ('shop', array[1])`)
  await ensurePartitions(pool, ['frames'], [Date.now() - 3_600_000, Date.now()])
  await pool.query(
    `insert into frames (time, host_id, layout_id, values)
     select t, h, 1, array[case when h = 1 and t > now() - interval '5 minutes' then 0.95 else 0.2 end]
     from generate_series(now() - interval '30 minutes', now(), interval '10 seconds') t, generate_series(1, 2) h`
  )
  const send = () =>
    pool
      .query(
        `with heard as (update hosts set last_seen = now() returning id)
         insert into frames (time, host_id, layout_id, values)
         select now(), id, 1, array[case when id = 1 then 0.95 else 0.2 end] from heard`
      )
      .catch(() => undefined)
  sending = setInterval(send, 2_000)
  page = await browsing.open('/alerts/rules/new?metric=shop.load&shop=eu&op=>&value=0.9&window=5s')
}, 60_000)

afterAll(async () => {
  clearInterval(sending)
  await browsing?.close()
})

test('a link fills the form; what is wrong stands at its member, and the past shows what the rule would have done', async () => {
  expect(await page.getByLabel('Metric').inputValue()).toBe('shop.load')
  await page.getByText('Window is 5s; it may be 10s to 24h').waitFor()
  expect(await page.getByLabel('Window', { exact: true }).getAttribute('aria-invalid')).toBe('true')
  await page.getByLabel('Window', { exact: true }).fill('1m')
  await page.getByText('It would have fired once').waitFor()
  await page.getByRole('img', { name: /1 firing of 1 host or series/ }).waitFor()
  await page.getByRole('cell', { name: 'web-01 shop=eu' }).waitFor()
  await page.getByText('= 90 %').waitFor()
  await page.getByRole('cell', { name: '95 %' }).waitFor()
  await isAccessible(page)
})

test('saved, it fires: in the list of rules, beside the name of the page, and first on the page of hosts', async () => {
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByLabel('Name').and(page.locator('[aria-invalid="true"]')).waitFor()
  await page.getByLabel('Name').fill('Load is high')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Load is high is saved.').waitFor()
  const rules = page.getByRole('list', { name: 'Rules' })
  await rules.getByText('is above 90 %').waitFor()
  await rules.getByText('1 firing').waitFor({ timeout: 30_000 })
  await page
    .getByRole('navigation', { name: 'Pages' })
    .getByText('1 alert fires')
    .waitFor({ timeout: 30_000 })
  await page.getByRole('link', { name: 'Hosts' }).first().click()
  await page.getByRole('main').getByText('Load is high').first().waitFor()
})

test('an alert is acknowledged, taken back, and silenced where it stands, with a way back', async () => {
  await page.getByRole('link', { name: '1 alert fires', exact: true }).click()
  const alert = page.getByRole('region', { name: 'Load is high' }).getByRole('listitem')
  await alert.getByText('is 95 %').waitFor()
  expect(await alert.getByRole('link', { name: 'web-01' }).getAttribute('href')).toMatch(
    /^#\/hosts\/web-01\?from=/
  )
  await page.getByRole('heading', { level: 1 }).click()
  await page.keyboard.press('j')
  expect(await page.evaluate('document.activeElement.textContent')).toBe('web-01')
  await alert.getByRole('button', { name: 'Acknowledge' }).press('Enter')
  await alert.getByText('seen by admin').waitFor()
  await alert.getByRole('button', { name: 'Take back' }).click()
  await alert.getByRole('button', { name: 'Silence' }).click()
  await alert.getByRole('button', { name: '1 h' }).click()
  await alert.getByText('silenced').waitFor()
  await isAccessible(page)
  await page.getByRole('button', { name: 'Undo' }).click()
  await alert.getByText('silenced').waitFor({ state: 'detached' })
})

test('a rule that was deleted comes back; one that is switched off no longer fires', async () => {
  await page.getByRole('link', { name: 'Rules' }).click()
  await page.getByRole('button', { name: 'Delete: Load is high' }).click()
  await page.getByText('There is no rule').waitFor()
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByRole('checkbox', { name: 'Load is high is looked at' }).click()
  await page.getByText('switched off').waitFor()
  await isAccessible(page)
})

test('a maintenance window is made, and ended; the history tells who did it', async () => {
  await page.getByRole('link', { name: 'Silences' }).click()
  await page.getByRole('button', { name: 'New silence' }).click()
  await page.getByLabel('Reason').fill('backup')
  await page.getByLabel('It holds').selectOption('Every week (maintenance)')
  await isAccessible(page)
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('cell', { name: 'Sun at 02:00 for 2h' }).waitFor()
  await page.getByRole('button', { name: 'End: backup' }).click()
  await page.getByText('Nothing is silenced').waitFor()
  await page.getByRole('link', { name: 'History' }).click()
  await page
    .getByRole('cell', { name: /backup \(admin\)/ })
    .first()
    .waitFor()
  await page.getByRole('searchbox', { name: 'Rule' }).fill('Load is high')
  await page.keyboard.press('Enter')
  await page
    .getByRole('cell', { name: /ok → firing/ })
    .first()
    .waitFor()
  await isAccessible(page)
})

test('a channel is made, changed without its secret, and routes say what it hears of', async () => {
  await page.getByRole('link', { name: 'Channels' }).click()
  await page.getByRole('button', { name: 'New channel' }).click()
  await page.getByLabel('Name').fill('on call')
  await page.getByLabel('Kind').selectOption('Webhook')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByLabel('URL').and(page.locator('[aria-invalid="true"]')).waitFor()
  await page.getByLabel('URL').fill('http://127.0.0.1:9/hook')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Webhook: 127.0.0.1').waitFor()
  await page.getByRole('button', { name: 'Edit: on call' }).click()
  await page.getByLabel('Name').fill('night shift')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('night shift').first().waitFor()
  await page.getByRole('button', { name: 'Add a route' }).click()
  await page.getByText('Nobody is told.').waitFor()
  await page.getByRole('checkbox', { name: 'critical' }).check()
  await page.getByRole('checkbox', { name: 'night shift', exact: true }).check()
  await isAccessible(page)
  await page.getByRole('button', { name: 'Save the routes' }).click()
  await page.getByText('The routes are saved.').waitFor()
})

test('a channel that is deleted is gone as soon as somebody leaves the part of the page that offers it back', async () => {
  await page.getByRole('button', { name: 'New channel' }).click()
  await page.getByLabel('Name').fill('short lived')
  await page.getByLabel('URL').fill('http://127.0.0.1:9/hook')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('button', { name: 'Delete: short lived' }).click()
  await page.getByText('short lived will be deleted.').waitFor()
  await page.getByRole('link', { name: 'Rules' }).click()
  await page.getByText('short lived will be deleted.').waitFor({ state: 'detached' })
  await page.getByRole('link', { name: 'Channels' }).click()
  await page.getByText('night shift').first().waitFor()
  expect(await page.getByText('short lived').count()).toBe(0)
})

test('a phone shows all of it without scrolling sideways', async () => {
  const phone = await browsing.open('/alerts', 'phone')
  for (const part of ['Now', 'Rules', 'Silences', 'History', 'Channels']) {
    await phone
      .getByRole('navigation', { name: 'Parts of this page' })
      .getByRole('link', { name: part })
      .click()
    await phone.getByRole('heading', { level: 1, name: 'Alerts' }).waitFor()
    expect(Math.max(...(await cutOff(phone))), part).toBe(0)
  }
  await phone.goto(
    `${browsing.server.url}/#/alerts/rules/new?metric=shop.load&shop=eu&across=sum&op=>&value=0.9&window=1m`
  )
  await phone.getByText('It would have fired once').waitFor()
  expect(await phone.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)
  await phone.context().close()
})
