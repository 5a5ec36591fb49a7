/** Who is signed in, and what they may. Losing the session leaves the URL, so that signing in leads back to it. */
import type { Role, SessionAnswer, SetUpRequest } from '@miniobserv/protocol'
import { ApiError, onSignedOut } from '../api/client.ts'
import * as api from '../api/people.ts'

/** As the server orders them: each may do what those before it may. */
const ROLES: readonly Role[] = ['viewer', 'editor', 'admin']

class Session {
  status = $state<'unknown' | 'out' | 'in'>('unknown')
  /** Undefined while nobody is signed in. */
  who = $state.raw<SessionAnswer | undefined>()
  /** It was there and is gone: worth a word on the sign-in page. */
  expired = $state(false)
  /** Why nobody can say whether someone is signed in: the server is away. */
  error = $state.raw<Error | undefined>()

  constructor() {
    onSignedOut(() => {
      // Several answers may say so at once; only the first of them ends anything.
      if (this.status === 'in') this.expired = true
      this.#leave()
    })
  }

  get role(): Role {
    return this.who?.role ?? 'viewer'
  }

  /** Whether the server would let them: what it would not is hidden or disabled. */
  may(needed: Role): boolean {
    return ROLES.indexOf(this.role) >= ROLES.indexOf(needed)
  }

  /** Asks the server; tries again until there is an answer. */
  async start(): Promise<void> {
    try {
      this.#enter(await api.getSession())
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return
      this.error = error as Error
      setTimeout(() => this.start(), 3000)
    }
  }

  async signIn(username: string, password: string): Promise<void> {
    this.#enter(await api.signIn(username, password))
  }

  async setUp(body: SetUpRequest): Promise<void> {
    this.#enter(await api.setUp(body))
  }

  async signOut(): Promise<void> {
    await api.signOut()
    this.expired = false
    this.#leave()
  }

  #enter(who: SessionAnswer): void {
    this.who = who
    this.expired = false
    this.error = undefined
    this.status = 'in'
  }

  #leave(): void {
    this.status = 'out'
    this.who = undefined
  }
}

export const session = new Session()
