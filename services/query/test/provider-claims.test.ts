/** What a provider may answer, and what of it opens nothing: a provider of OpenID Connect that says whatever a test wants. */
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newFlow, openIdProvider, type Provider } from '../src/people/provider.ts'

const CALLBACK = 'https://monitor.example.org/api/v1/oidc/callback'
let issuer: string
let provider: Provider
let claims: Record<string, unknown>
let asked: URLSearchParams | undefined

const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url')

const server = http.createServer(async (request, response) => {
  let body = ''
  for await (const chunk of request) body += chunk
  const answers: Record<string, () => unknown> = {
    '/.well-known/openid-configuration': () => ({
      ...{ issuer, authorization_endpoint: `${issuer}/auth`, token_endpoint: `${issuer}/token` },
      ...{ authorization_response_iss_parameter_supported: true }
    }),
    '/token': () => {
      asked = new URLSearchParams(body)
      const token = [encode({ alg: 'RS256' }), encode(claims), 'c2lnbmVk'].join('.')
      return { access_token: 'a', token_type: 'bearer', id_token: token }
    }
  }
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify(answers[request.url ?? '']?.()))
})

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  provider = openIdProvider({
    ...{ OIDC_ISSUER: issuer, OIDC_CLIENT_ID: 'us', OIDC_CLIENT_SECRET: 'secret', OIDC_NAME: '' },
    ...{ OIDC_SCOPES: 'openid', OIDC_ROLE_CLAIM: 'groups', OIDC_ROLES: ['ops=admin'], PUBLIC_URL: '' }
  })
})
afterAll(() => server.close())

/** @returns what comes of it when the provider says so in its token, and the browser comes back with these parameters */
async function finish(says: Record<string, unknown> = {}, back: Record<string, string> = {}) {
  const flow = newFlow()
  const there = (await provider.begin(flow, CALLBACK)).searchParams
  const now = Math.floor(Date.now() / 1_000)
  const right = { iss: issuer, aud: 'us', sub: 'x', iat: now, exp: now + 60, nonce: there.get('nonce') }
  claims = { ...right, groups: ['ops'], email: 'admin', ...says }
  const answered = new URL(CALLBACK)
  for (const [name, value] of Object.entries({
    ...{ code: 'c', state: there.get('state') ?? '', iss: issuer },
    ...back
  }))
    answered.searchParams.set(name, value)
  asked = undefined
  return { there, vouched: await provider.finish(flow, answered) }
}

test('it is asked with state, nonce and PKCE, and told what proves that it was us who asked', async () => {
  const { there, vouched } = await finish()
  expect(vouched).toEqual({ issuer, subject: 'x', username: 'admin', role: 'admin' })
  expect(there.get('code_challenge_method')).toBe('S256')
  const [state, nonce, challenge] = ['state', 'nonce', 'code_challenge'].map((name) => there.get(name) ?? '')
  expect(new Set([state, nonce, challenge]).size).toBe(3)
  for (const each of [state, nonce, challenge]) expect(each).toMatch(/^[\w-]{43}$/)
  expect(asked?.get('code_verifier')).toMatch(/^[\w-]{43}$/)
  expect(asked?.get('redirect_uri')).toBe(CALLBACK)
  expect((await finish()).there.get('state')).not.toBe(state)
})

test('a token of another issuer, for another client, for another sign-in, or too old opens nothing', async () => {
  const past = Math.floor(Date.now() / 1_000) - 7_200
  for (const says of [
    { iss: 'https://evil.example' },
    { aud: 'others' },
    { aud: ['us', 'others'], azp: 'others' },
    { nonce: 'another' },
    { nonce: undefined },
    { iat: past, exp: past + 60 },
    { sub: undefined }
  ]) {
    await expect(finish(says), JSON.stringify(says)).rejects.toMatchObject({ code: 'provider_refused' })
  }
})

test('an answer with another state, or of another provider, is not even taken there', async () => {
  for (const back of [{ state: 'another' }, { iss: 'https://evil.example' }, { error: 'access_denied' }]) {
    await expect(finish({}, back as Record<string, string>)).rejects.toMatchObject({
      code: 'provider_refused'
    })
    expect(asked).toBe(undefined)
  }
})

test('no group gives no role, whatever else is said', async () => {
  for (const groups of [[], ['OPS'], 'admin', undefined, [['ops', 'x']], { ops: 'ops' }])
    await expect(finish({ groups, role: 'admin' })).rejects.toMatchObject({ code: 'no_role' })
})
