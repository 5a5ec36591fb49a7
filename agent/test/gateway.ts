/** A gateway that only records: real HTTP, answers that the test chooses. */
import { createHash, createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import type { LogsBatch, MetricsBatch } from '@miniobserv/protocol'

export interface Recorded {
  path: string
  headers: IncomingHttpHeaders
  raw: Buffer
  body: MetricsBatch & LogsBatch
  at: number
}

export interface Reply {
  status: number
  body?: object
  headers?: Record<string, string>
  /** Close the connection without an answer. */
  hangUp?: boolean
  /** Never answer. */
  silent?: boolean
}

export const layoutOf = (series: unknown): string =>
  createHash('sha256').update(JSON.stringify(series)).digest('base64url').slice(0, 22)

export async function startGateway() {
  const requests: Recorded[] = []
  const layouts = new Set<string>()
  const gateway = {
    requests,
    /** The gateway's clock. */
    now: () => Date.now(),
    layouts,
    /** Undefined: as a good gateway would. */
    answer: (_request: Recorded, _index: number): Reply | undefined => undefined,
    /** Requests with points or lines: without the one that asks for the clock. */
    get batches() {
      return requests.filter(({ body }) => body.lines || body.points.length > 0)
    },
    url: '',
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const raw = Buffer.concat(chunks)
      const recorded: Recorded = {
        path: request.url ?? '',
        headers: request.headers,
        raw,
        body: JSON.parse((request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw).toString()),
        at: performance.now()
      }
      requests.push(recorded)
      const reply = gateway.answer(recorded, requests.length - 1) ?? good(recorded)
      if (reply.silent) return
      if (reply.hangUp) return void request.socket.destroy()
      response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers })
      response.end(reply.body ? JSON.stringify(reply.body) : '')
    })
  })
  function good({ body }: Recorded): Reply {
    if (body.lines) return { status: 202, body: { accepted: body.lines.length, now: gateway.now() } }
    if (body.layout !== undefined && !layouts.has(body.layout))
      return { status: 409, body: { code: 'unknown_layout', detail: 'Send series.', now: gateway.now() } }
    const layout = body.layout ?? layoutOf(body.series)
    layouts.add(layout)
    return { status: 202, body: { accepted: 1, layout, now: gateway.now() } }
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  gateway.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return gateway
}

/** The claims of a bearer token whose HS256 signature holds, checked without the library that made it. */
export function claimsOf(authorization: string | undefined, secret: string) {
  const [header = '', payload = '', signature] = (authorization ?? '').replace(/^Bearer /, '').split('.')
  const expected = createHmac('sha256', secret).update(`${header}.${payload}`).digest('base64url')
  if (signature !== expected) throw new Error('the signature does not hold')
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as {
    sub: string
    aud: string
    iat: number
    exp: number
    agent: string
  }
}
