/** One POST to the gateway over a connection that is kept, and its answer reduced to what the agent acts on. */
import { AGENT_VERSION } from './facts.ts'
import { isPacked } from './pack.ts'

const TIMEOUT_MS = 10_000
/** Answers are small; one that is not comes from something else than a gateway. */
const ANSWER_BYTES = 256 * 1024

export interface Answer {
  status: number
  /** Of problem+json. */
  code?: string
  detail?: string
  /** The gateway's clock, epoch ms. */
  now?: number
  layout?: string
  retryAfter?: string
}

export interface Connection {
  /**
   * @param path below SERVER_URL
   * @throws where no answer came within ten seconds
   */
  post(path: string, body: Uint8Array, token: string, signal: AbortSignal): Promise<Answer>
  close(): void
}

export function connect(serverUrl: string, timeoutMs = TIMEOUT_MS): Connection {
  const base = new URL(serverUrl.endsWith('/') ? serverUrl : `${serverUrl}/`)
  // Only the one that is needed: TLS costs 5 MB.
  const { request: start, Agent } = process.getBuiltinModule(
    base.protocol === 'https:' ? 'node:https' : 'node:http'
  )
  // One connection for metrics, one for logs.
  const agent = new Agent({ keepAlive: true, maxSockets: 2 })

  const post: Connection['post'] = (path, body, token, signal) =>
    new Promise((resolve, reject) => {
      const request = start(new URL(path, base), {
        method: 'POST',
        agent,
        signal,
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          ...(isPacked(body) && { 'content-encoding': 'gzip' }),
          'content-length': body.byteLength,
          'user-agent': `miniobserv-agent/${AGENT_VERSION}`
        }
      })
      const timer = setTimeout(
        () => request.destroy(new Error(`no answer within ${timeoutMs} ms`)),
        timeoutMs
      )
      request.once('close', () => clearTimeout(timer))
      request.once('error', reject)
      request.once('response', (response) => {
        const chunks: Buffer[] = []
        let size = 0
        response.on('data', (chunk: Buffer) => {
          size += chunk.byteLength
          if (size > ANSWER_BYTES) request.destroy(new Error('the answer is too long'))
          else chunks.push(chunk)
        })
        response.once('error', reject)
        response.once('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            ...known(Buffer.concat(chunks).toString()),
            ...(response.headers['retry-after'] && { retryAfter: response.headers['retry-after'] })
          })
        )
      })
      request.end(body)
    })
  return { post, close: () => agent.destroy() }
}

/** The members the agent knows, where they have the right type; whatever stands in between may answer with HTML. */
function known(text: string): Omit<Answer, 'status'> {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return {}
  }
  const { code, detail, now, layout } = (parsed ?? {}) as Record<string, unknown>
  return {
    ...(typeof code === 'string' && { code }),
    ...(typeof detail === 'string' && { detail }),
    ...(typeof now === 'number' && Number.isFinite(now) && { now }),
    ...(typeof layout === 'string' && { layout })
  }
}
