/** The first start: without ADMIN_PASSWORD the first user is made at the page, with it there is one already. */
import { setUpCode } from '@miniobserv/auth'
import { post, signIn, TEST_PASSWORD, type TestServer, testServer } from '@miniobserv/infra/testkit'
import { host } from '@miniobserv/service'
import { afterEach, expect, test } from 'vitest'
import { query } from '../src/index.ts'
import { vouchedUser } from '../src/people/vouched-user.ts'

let server: TestServer
afterEach(() => server?.close())

const howToSignIn = async () => (await fetch(`${server.url}/api/v1/sign-in`)).json()

test('who has the code from the log makes the first user and is signed in; nobody does so again', async () => {
  server = await testServer([query])
  expect(await howToSignIn()).toEqual({ setUp: true, provider: null })
  const code = setUpCode(server.env.SESSION_SECRET ?? '')
  const body = { code: 'abcd-efgh-ijkl', username: 'Anna', password: 'a long password' }
  const wrong = await post(`${server.url}/api/v1/set-up`, body)
  expect(wrong.body).toMatchObject({ status: 403, code: 'wrong_code', path: '/code' })
  const typed = { ...body, code: ` ${code.replaceAll('-', ' ').toUpperCase()} ` }
  const answers = await Promise.all([1, 2].map(() => post(`${server.url}/api/v1/set-up`, typed)))
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
  const right = answers.find(({ status }) => status === 200)
  expect(right?.body).toMatchObject({ username: 'Anna', role: 'admin', keptBy: 'here' })
  const cookie = right?.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  expect((await fetch(`${server.url}/api/v1/users`, { headers: { cookie } })).status).toBe(200)
  expect(await howToSignIn()).toEqual({ setUp: false, provider: null })
  expect((await post(`${server.url}/api/v1/set-up`, { ...typed, username: 'Eve' })).body.code).toBe(
    'set_up_already'
  )
})

test('ADMIN_PASSWORD is the password of admin from each start on; another one ends the sessions of before', async () => {
  server = await testServer([query], { ADMIN_PASSWORD: TEST_PASSWORD })
  expect(await howToSignIn()).toEqual({ setUp: false, provider: null })
  const cookie = await signIn(server.url)
  const again = await host([query], {
    ...{ name: 'again', port: 0 },
    env: { ...server.env, ADMIN_PASSWORD: 'chosen anew' }
  })
  try {
    expect((await fetch(`${again.url}/api/v1/session`, { headers: { cookie } })).status).toBe(401)
    await expect(signIn(again.url, TEST_PASSWORD)).rejects.toThrow('wrong_password')
    expect(await signIn(again.url, 'chosen anew')).toBeTruthy()
  } finally {
    await again.close()
  }
}, 60_000)

test('the name admin goes from whoever a provider vouched for to ADMIN_PASSWORD, and nothing of theirs with it', async () => {
  server = await testServer([query])
  const { pool } = server.db
  const vouched = {
    issuer: 'https://login.example.org',
    subject: 'x',
    username: 'Admin',
    role: 'viewer'
  } as const
  const { id } = await vouchedUser(pool, vouched, Date.now())
  await pool.query(
    `insert into api_tokens (user_id, name, scope, hash, start, created_at) values ($1, 't', 'admin', 'h', 'mo_', now())`,
    [id]
  )
  const again = await host([query], {
    ...{ name: 'again', port: 0 },
    env: { ...server.env, ADMIN_PASSWORD: TEST_PASSWORD }
  })
  try {
    const { rows } = await pool.query('select role, issuer, subject from users where lower(username) = $1', [
      'admin'
    ])
    expect(rows).toEqual([{ role: 'admin', issuer: null, subject: null }])
    expect((await pool.query('select from api_tokens')).rowCount).toBe(0)
    await expect(vouchedUser(pool, vouched, Date.now())).rejects.toMatchObject({ code: 'username_taken' })
    const cookie = await signIn(again.url)
    const answer = await fetch(`${again.url}/api/v1/session`, { headers: { cookie } })
    expect(await answer.json()).toMatchObject({ role: 'admin', keptBy: 'setting' })
  } finally {
    await again.close()
  }
})
