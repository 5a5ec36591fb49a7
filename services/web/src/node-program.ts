/** The Node that this service runs on, for hosts of the same kind that have none: `/install/node-linux-x64`. */
import { basename, dirname } from 'node:path'
import { type App, ServiceError } from '@miniobserv/service'

/** At once: it is a hundred megabytes, and anybody may ask. */
const MOST = 4

export function serveNodeProgram(app: App): void {
  const { arch, execPath, platform } = process
  let sending = 0
  app.get(`/install/node-${platform}-${arch}`, { schema: { hide: true } }, (_, reply) => {
    if (sending >= MOST) {
      throw new ServiceError(503, 'busy', 'Other hosts fetch Node just now.', { retryAfter: 10 })
    }
    sending++
    reply.raw.once('close', () => {
      sending--
    })
    return reply.sendFile(basename(execPath), dirname(execPath))
  })
}
