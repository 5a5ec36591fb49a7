/** The proof that all of it works: a point of this machine, read back from the database. */
import { setTimeout as sleep } from 'node:timers/promises'

export interface FirstPointOptions {
  url: string
  password: string
  /** The host must have sent since then, epoch ms: on a later start it is already known. */
  since: number
  within: number
  signal: AbortSignal
}

/** Resolves with the host's name; undefined when none has come in time. */
export async function firstPoint(options: FirstPointOptions): Promise<string | undefined> {
  const { url, password, since, within, signal } = options
  const signedIn = await fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'admin', password }),
    signal
  })
  if (!signedIn.ok) throw new Error(`The server does not let admin in (status ${signedIn.status}).`)
  const cookie = signedIn.headers.getSetCookie().map((each) => each.split(';')[0])
  const headers = { cookie: cookie.join('; ') }
  const deadline = performance.now() + within
  try {
    while (performance.now() < deadline) {
      const answer = await fetch(`${url}/api/v1/hosts`, { headers, signal })
      const { hosts } = (await answer.json()) as { hosts: { name: string; lastSeen: number }[] }
      const host = hosts.find(({ lastSeen }) => lastSeen >= since)
      if (host) return host.name
      await sleep(100, undefined, { signal })
    }
    return undefined
  } finally {
    // Nobody shall wonder whose session this is.
    await fetch(`${url}/api/v1/session`, { method: 'DELETE', headers }).catch(() => undefined)
  }
}
