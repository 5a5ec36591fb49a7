/** What the pages ask about people: how they sign in, users, sessions, API tokens, and who changed what. */
import type {
  ApiToken,
  ApiTokensAnswer,
  ApiTokenText,
  AuditAnswer,
  NewApiToken,
  SessionAnswer,
  SessionsAnswer,
  SetUpRequest,
  SignInAnswer,
  User,
  UserChange,
  UserSession,
  UsersAnswer,
  UserText
} from '@miniobserv/protocol'
import { request } from './client.ts'

export function getSession(): Promise<SessionAnswer> {
  return request('session')
}

export function signIn(username: string, password: string): Promise<SessionAnswer> {
  return request('session', { method: 'POST', body: { username, password } })
}

export function signOut(): Promise<void> {
  return request('session', { method: 'DELETE' })
}

export function waysToSignIn(): Promise<SignInAnswer> {
  return request('sign-in')
}

/** Where a browser goes to sign in at the provider, and comes back from to this view. */
export function providerAddress(view: string): string {
  return `/api/v1/oidc/start?${new URLSearchParams({ next: view })}`
}

export function setUp(body: SetUpRequest): Promise<SessionAnswer> {
  return request('set-up', { method: 'POST', body })
}

export function changePassword(current: string, password: string): Promise<void> {
  return request('session/password', { method: 'PUT', body: { current, password } })
}

export async function listUsers(signal: AbortSignal): Promise<User[]> {
  return (await request<UsersAnswer>('users', { signal })).users
}

export function createUser(body: UserText): Promise<User> {
  return request('users', { method: 'POST', body })
}

export function changeUser(id: number, body: UserChange): Promise<User> {
  return request(`users/${id}`, { method: 'PATCH', body })
}

export function deleteUser(id: number): Promise<void> {
  return request(`users/${id}`, { method: 'DELETE' })
}

export async function listTokens(signal: AbortSignal): Promise<ApiToken[]> {
  return (await request<ApiTokensAnswer>('tokens', { signal })).tokens
}

export function createToken(body: ApiTokenText): Promise<NewApiToken> {
  return request('tokens', { method: 'POST', body })
}

export function deleteToken(id: number): Promise<void> {
  return request(`tokens/${id}`, { method: 'DELETE' })
}

export async function listSessions(everybody: boolean, signal: AbortSignal): Promise<UserSession[]> {
  const query = new URLSearchParams(everybody ? { everybody: 'true' } : {})
  return (await request<SessionsAnswer>('sessions', { query, signal })).sessions
}

export function endSession(id: number): Promise<void> {
  return request(`sessions/${id}`, { method: 'DELETE' })
}

export function endOtherSessions(): Promise<void> {
  return request('sessions', { method: 'DELETE' })
}

export function readAudit(user: string, cursor: string | null, signal?: AbortSignal): Promise<AuditAnswer> {
  const query = new URLSearchParams({ limit: '50' })
  if (user !== '') query.set('user', user)
  if (cursor !== null) query.set('cursor', cursor)
  return request('audit', { query, ...(signal ? { signal } : {}) })
}
