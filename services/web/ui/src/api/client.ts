/** Speaks HTTP with the query service: same origin, session cookie, problem+json as errors. */
import type { Problem } from '@miniobserv/protocol'
import { activity } from '../state/activity.svelte.ts'
import { connection } from '../state/connection.svelte.ts'
import { hear } from '../state/server-clock.ts'
import { texts } from '../texts.ts'

export class ApiError extends Error {
  /** 0 where no answer came. */
  readonly status: number
  /** The problem's stable code, or `unreachable`. */
  readonly code: string

  /** Where in the body it is wrong: a JSON pointer. */
  readonly path: string | undefined

  constructor(status: number, code: string, detail: string, path?: string) {
    super(detail)
    this.name = 'ApiError'
    this.status = status
    this.code = code
    this.path = path
  }

  /** Trying again may help: the server is away, busy or broken, rather than the question wrong. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500
  }
}

let signedOut = () => {}

/** Says what to do when an answer is 401: the session has ended. */
export function onSignedOut(listener: () => void): void {
  signedOut = listener
}

interface Options {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  query?: URLSearchParams
  body?: unknown
  signal?: AbortSignal
}

/**
 * One request; resolves with the parsed body, or undefined where there is none.
 * @throws ApiError for every answer but 2xx and where none came; AbortError when aborted
 */
export async function request<T>(path: string, options: Options = {}): Promise<T> {
  activity.begin()
  try {
    const response = await send(path, options)
    hear(response.headers.get('date'), Date.now())
    if (response.ok) return (response.status === 204 ? undefined : await response.json()) as T
    const error = await problem(response)
    // A wrong password is no ended session: the form itself says it.
    if (error.status === 401 && options.method !== 'POST') signedOut()
    throw error
  } finally {
    activity.end()
  }
}

async function send(path: string, { method = 'GET', query, body, signal }: Options): Promise<Response> {
  const address = `/api/v1/${path}${query?.size ? `?${query}` : ''}`
  try {
    const answer = await fetch(address, {
      method,
      credentials: 'same-origin',
      headers: { accept: 'application/json', ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
      ...(signal ? { signal } : {})
    })
    connection.lost = false
    return answer
  } catch (error) {
    if (signal?.aborted) throw error
    connection.lost = true
    throw new ApiError(0, 'unreachable', texts.errors.unreachable)
  }
}

/** Something between us and the server (a proxy) may answer without a problem document. */
async function problem(response: Response): Promise<ApiError> {
  const found = (await response.json().catch(() => ({}))) as Partial<Problem>
  return new ApiError(
    response.status,
    found.code ?? 'unknown',
    found.detail ? sentence(found.detail) : texts.errors.status(response.status),
    found.path
  )
}

/** The server writes details as parts of a sentence; here they stand alone. */
function sentence(detail: string): string {
  // `level: takes …` begins with what somebody has typed.
  const first = /^\w+:/.test(detail) ? detail.charAt(0) : detail.charAt(0).toUpperCase()
  return first + detail.slice(1) + (/[.!?…]$/.test(detail) ? '' : '.')
}
