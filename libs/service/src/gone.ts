/** Whether anybody still waits for an answer. */
import type { ServerResponse } from 'node:http'

/** Aborted when the connection closes before the answer was sent. */
export function goneSignal(reply: { raw: ServerResponse }): AbortSignal {
  const gone = new AbortController()
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort()
  })
  return gone.signal
}
