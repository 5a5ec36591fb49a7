/** One agent's kept connection: made when it is first needed, and again when it broke. */
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

/** As long as an agent waits for an answer, ms. */
const TIMEOUT_MS = 10_000

export function createPoster(port: number): Poster {
  let connection: LoadConnection | undefined
  let broken: (error: NodeJS.ErrnoException) => void = () => undefined

  async function connect(): Promise<LoadConnection> {
    const made = await openConnection(port, (error) => {
      if (connection === made) connection = undefined
      broken(error)
    })
    return made
  }

  return {
    async post(request) {
      const { promise, resolve } = Promise.withResolvers<Posted>()
      const fail = ({ code, message }: NodeJS.ErrnoException) => resolve({ status: 0, code: code ?? message })
      broken = fail
      const timer = setTimeout(() => {
        connection?.close()
        connection = undefined
        fail(new Error(`no answer in ${TIMEOUT_MS} ms`))
      }, TIMEOUT_MS)
      try {
        connection ??= await connect()
        connection.send(request, (status, answer) => {
          const retryAfter = status === 202 ? undefined : /\r\nretry-after: *(\S+)/i.exec(`${answer}`)?.[1]
          resolve({ status, code: String(status), retryAfter })
        })
      } catch (error) {
        fail(error as NodeJS.ErrnoException)
      }
      return promise.finally(() => clearTimeout(timer))
    }
  }
}
