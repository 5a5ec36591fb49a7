/** One agent's kept connection: made when it is first needed, and again when it broke or kept silent for too long. */
import { type LoadConnection, openConnection } from './load-connection.ts'

export interface Posted {
  /** 0 where there was no answer. */
  status: number
  /** The status, or what was wrong with the connection. */
  code: string
  retryAfter?: string | undefined
}

export interface Poster {
  /** Never throws; one at a time. */
  post(request: Uint8Array): Promise<Posted>
}

/** As long as an agent waits for a connection and an answer, ms. */
const TIMEOUT_MS = 10_000

export function createPoster(port: number): Poster {
  let connection: LoadConnection | undefined

  return {
    post: (request) =>
      new Promise((resolve) => {
        const done = (posted: Posted) => {
          clearTimeout(timer)
          resolve(posted)
        }
        const broke = (code: string) => {
          connection?.close()
          connection = undefined
          done({ status: 0, code })
        }
        const timer = setTimeout(() => broke(`no answer in ${TIMEOUT_MS} ms`), TIMEOUT_MS)
        connection ??= openConnection(port)
        connection.failed = ({ code, message }: NodeJS.ErrnoException) => broke(code ?? message)
        connection.send(request, (status, answer) => {
          const retryAfter = status === 202 ? undefined : /\r\nretry-after: *(\S+)/i.exec(`${answer}`)?.[1]
          done({ status, code: String(status), retryAfter })
        })
      })
  }
}
