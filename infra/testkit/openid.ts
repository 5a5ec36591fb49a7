/** A real provider of OpenID Connect for a test, and a browser that signs in there: anybody, with any password. */
import type { AddressInfo } from 'node:net'
import type { Answer } from './third-party.ts'

export interface OpenIdPerson {
  preferred_username?: string
  email?: string
  groups?: string[]
}

export interface OpenId {
  /** Signs in as the person, whose `sub` is the key, and agrees. @returns where that leads, not followed */
  walk(start: string, sub: string): Promise<{ location: string; jar: Jar }>
  close(): Promise<void>
}

export interface OpenIdOptions {
  port: number
  client: { id: string; secret: string }
  /** The address that people are sent back to. */
  callback: string
  /** By `sub`. */
  people: Record<string, OpenIdPerson>
}

export async function startOpenId({ port, client, callback, people }: OpenIdOptions): Promise<OpenId> {
  // Only here: every other test would wait for it.
  const { default: Provider } = await import('oidc-provider')
  const issuer = `http://127.0.0.1:${port}`
  const provider = new Provider(issuer, {
    clients: [
      {
        ...{ client_id: client.id, client_secret: client.secret, redirect_uris: [callback] },
        ...{ response_types: ['code'], grant_types: ['authorization_code'] }
      }
    ],
    claims: { openid: ['sub'], profile: ['preferred_username', 'groups'], email: ['email'] },
    findAccount: async (_, sub) => ({ accountId: sub, claims: async () => ({ sub, ...people[sub] }) }),
    cookies: { keys: ['signs cookies in these tests'] },
    pkce: { required: () => true }
  })
  const server = provider.listen(port, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    async walk(start, sub) {
      const jar = new Jar()
      let answer = await jar.fetch(start)
      // The form to sign in, then the one to agree; each leads on by redirects.
      for (let steps = 0; steps < 12; steps++) {
        const location = answer.headers.get('location')
        if (location === null) {
          const [, action = ''] = /<form[^>]* action="([^"]*)"/.exec(answer.body) ?? []
          const [, prompt = ''] = /name="prompt" value="([^"]*)"/.exec(answer.body) ?? []
          if (!action) throw new Error(`the provider shows no form: ${answer.status} ${answer.body}`)
          const body = new URLSearchParams({ prompt, login: sub, password: 'any' })
          answer = await jar.fetch(new URL(action, origin).href, { method: 'POST', body })
        } else {
          const next = new URL(location, origin).href
          if (next.startsWith(callback)) return { location: next, jar }
          answer = await jar.fetch(next)
        }
      }
      throw new Error('the provider leads nowhere')
    },
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    }
  }
}

/** Keeps cookies by name, as a browser that visits two servers on this machine would. */
export class Jar {
  readonly #cookies = new Map<string, string>()

  async fetch(url: string, init: RequestInit = {}): Promise<Answer> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(url, { ...init, redirect: 'manual', headers: { cookie, ...init.headers } })
    for (const each of answer.headers.getSetCookie()) {
      const [pair = '', ...rest] = each.split(/; */)
      const at = pair.indexOf('=')
      const gone = rest.some((part) => /^expires=Thu, 01 Jan 1970/i.test(part))
      if (gone) this.#cookies.delete(pair.slice(0, at))
      else this.#cookies.set(pair.slice(0, at), pair.slice(at + 1))
    }
    return { status: answer.status, headers: answer.headers, body: await answer.text() }
  }
}
