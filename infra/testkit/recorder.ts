/** Stands for what lies outside: an HTTP server that keeps what it gets, and answers as a test wants. */
import http from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Recorded {
  /** Epoch ms, when all of it had come. */
  at: number
  path: string
  headers: http.IncomingHttpHeaders
  /** As it came. */
  raw: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look at whatever comes
  body: any
}

export interface Reply {
  status?: number
  headers?: Record<string, string>
  body?: string
  /** Answers only then. */
  after?: Promise<unknown>
}

export interface Recorder {
  url: string
  requests: Recorded[]
  /** Those to this path. */
  to(path: string): Recorded[]
  /** What requests are answered from now on; without: 200. */
  answer(reply: (request: Recorded) => Reply | undefined): void
  close(): Promise<void>
}

export async function startRecorder(): Promise<Recorder> {
  const requests: Recorded[] = []
  let reply: (request: Recorded) => Reply | undefined = () => undefined
  const server = http.createServer(async (request, response) => {
    request.setEncoding('utf8')
    let raw = ''
    for await (const chunk of request) raw += chunk
    const { url: path = '', headers } = request
    const recorded = { at: Date.now(), path, headers, raw, body: raw && JSON.parse(raw) }
    requests.push(recorded)
    const { status = 200, headers: more, body = 'ok', after } = reply(recorded) ?? {}
    await after
    response.writeHead(status, more).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    to: (path) => requests.filter((request) => request.path === path),
    answer(with_) {
      reply = with_
    },
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    }
  }
}
