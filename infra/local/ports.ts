/** Ports on this machine that nobody listens on. */
import { createServer } from 'node:net'

/** Undefined where a program could listen on `port`, of 127.0.0.1 and of every address; else the system's error code. */
export async function whyNotFree(port: number): Promise<string | undefined> {
  return (await tryListening(port, '127.0.0.1')) ?? (await tryListening(port, undefined))
}

/** A port that nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}

function tryListening(port: number, host: string | undefined): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    server.listen({ port, ...(host ? { host } : {}), exclusive: true }, () =>
      server.close(() => resolve(undefined))
    )
  })
}
