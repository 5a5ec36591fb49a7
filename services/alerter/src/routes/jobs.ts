/** `/jobs`: Bull Board, where admins look at the queues and try failed jobs again. */
import { createBullBoard } from '@bull-board/api'
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter'
import { FastifyAdapter } from '@bull-board/fastify'
import type { App } from '@miniobserv/service'
import type { Queue } from 'bullmq'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'

const PREFIX = '/jobs'

const POLICY = 'content-security-policy'

/** Its page asks a stranger for fonts, which our content security policy refuses anyhow; and it writes styles of its own. */
const FONTS = /<link [^>]*fonts\.googleapis\.com[^>]*>/g

export async function jobsRoutes(app: App, queues: readonly Queue[]): Promise<void> {
  const board = new FastifyAdapter()
  board.setBasePath(PREFIX)
  createBullBoard({
    queues: queues.map((queue) => new BullMQAdapter(queue)),
    serverAdapter: board,
    options: { uiConfig: { boardTitle: 'MiniObserv' } }
  })
  const { errorHandler } = app
  await app.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, role: 'admin' }
      // The board would make its own words of the guard's errors.
      route.errorHandler = (error, request, reply) => {
        if (error.statusCode === 401 && wantsPage(request)) return toSignIn(reply)
        return errorHandler.call(scope, error as FastifyError, request, reply)
      }
    })
    scope.addHook('onSend', async (_, reply, payload) => {
      const policy = String(reply.getHeader(POLICY) ?? '')
      reply.header(POLICY, policy.replace(/(style-src 'self')/, "$1 'unsafe-inline'"))
      return typeof payload === 'string' ? payload.replace(FONTS, '') : payload
    })
    await scope.register(board.registerPlugin(), { prefix: PREFIX })
  })
}

const wantsPage = ({ method, headers }: FastifyRequest): boolean =>
  method === 'GET' && (headers.accept ?? '').includes('text/html')

/** The page asks who is not signed in to do so, at any address. */
const toSignIn = (reply: FastifyReply) => reply.redirect(`/?next=${encodeURIComponent(PREFIX)}`)
