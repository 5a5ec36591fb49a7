/** Who is signed in. Losing the session hides the pages and leaves the URL, so that signing in leads back to them. */
import * as api from '../api/api.ts'
import { ApiError, onSignedOut } from '../api/client.ts'

class Session {
  status = $state<'unknown' | 'out' | 'in'>('unknown')
  /** It was there and is gone: worth a word on the sign-in page. */
  expired = $state(false)
  /** Why nobody can say whether someone is signed in: the server is away. */
  error = $state.raw<Error | undefined>()

  constructor() {
    onSignedOut(() => {
      // Several answers may say so at once; only the first of them ends anything.
      if (this.status === 'in') this.expired = true
      this.status = 'out'
    })
  }

  /** Asks the server; tries again until there is an answer. */
  async start(): Promise<void> {
    try {
      await api.getSession()
      this.status = 'in'
      this.error = undefined
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return
      this.error = error as Error
      setTimeout(() => this.start(), 3000)
    }
  }

  async signIn(username: string, password: string): Promise<void> {
    await api.signIn(username, password)
    this.expired = false
    this.error = undefined
    this.status = 'in'
  }

  async signOut(): Promise<void> {
    await api.signOut()
    this.expired = false
    this.status = 'out'
  }
}

export const session = new Session()
