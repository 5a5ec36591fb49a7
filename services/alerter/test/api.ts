/** The alerter's routes for tests, without its beat: nothing evaluates but what a test does itself. */
import { guardSessions, SessionSettings } from '@miniobserv/access'
import { type Answer, type TestServer, testServer } from '@miniobserv/infra/testkit'
import { defineService } from '@miniobserv/service'
import { Queue } from 'bullmq'
import Type from 'typebox'
import type { Message } from '../src/notify/message.ts'
import { NotifierSettings } from '../src/notify/notifier.ts'
import { alertsRoutes } from '../src/routes/alerts.ts'
import { channelsRoutes } from '../src/routes/channels.ts'
import { jobsRoutes } from '../src/routes/jobs.ts'
import { notificationsRoutes } from '../src/routes/notifications.ts'
import { previewRoutes } from '../src/routes/preview.ts'
import { rulesRoutes } from '../src/routes/rules.ts'
import { silencesRoutes } from '../src/routes/silences.ts'

export interface Api extends Omit<TestServer, 'get'> {
  /** What was put in the outbox, in order. */
  messages: Message[]
  /** As the user admin. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  cookie: string
  close(): Promise<void>
}

export async function startApi({ file = '' } = {}): Promise<Api> {
  const messages: Message[] = []
  const outbox = {
    write: async (_: unknown, more: readonly Message[]) => messages.push(...more),
    flush: () => undefined
  }
  const settings = Type.Object({ ...SessionSettings.properties, ...NotifierSettings.properties })
  const service = defineService({ settings, needs: ['db', 'redis'] }, (deps) => {
    const queues = ['miniobserv-evaluate', 'miniobserv-notify'].map(
      (name) => new Queue(name, { connection: deps.redis })
    )
    return {
      name: 'alert-routes',
      async routes(app) {
        await guardSessions(app, deps)
        rulesRoutes(app, deps, { outbox, file })
        previewRoutes(app, { ...deps, settings: { ALERT_INTERVAL: 30_000 } })
        alertsRoutes(app, deps, { outbox })
        silencesRoutes(app, deps)
        channelsRoutes(app, deps, { outbox })
        notificationsRoutes(app, deps, { outbox })
        await jobsRoutes(app, queues)
      },
      async stop() {
        for (const queue of queues) await queue.close()
      }
    }
  })
  const server = await testServer([service])
  const cookie = await server.as('admin')
  return {
    ...server,
    messages,
    cookie,
    async ask(method, path, body, headers = {}) {
      const answer = await fetch(server.url + path, {
        method,
        headers: { cookie, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        redirect: 'manual'
      })
      const text = await answer.text()
      const json = answer.headers.get('content-type')?.includes('json') && text !== ''
      return { status: answer.status, headers: answer.headers, body: json ? JSON.parse(text) : text }
    },
    close: () => server.close()
  }
}
