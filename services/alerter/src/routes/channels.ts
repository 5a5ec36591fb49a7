/** `/api/v1/channels`: where messages go, and who is told of what. */

import { userOf } from '@miniobserv/access'
import { type PoolClient, transaction } from '@miniobserv/db'
import {
  Channel,
  ChannelChange,
  ChannelPreview,
  ChannelPreviewRequest,
  ChannelsAnswer,
  ChannelText,
  Notification,
  Problem,
  Routes
} from '@miniobserv/protocol'
import type { App, Deps } from '@miniobserv/service'
import { fill, readBody } from '@miniobserv/service'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { readChannel, readChannelChange } from '../channels/read.ts'
import { saveRoutes } from '../channels/routes.ts'
import { changeChannel, createChannel, deleteChannel } from '../channels/save.ts'
import { listChannels } from '../channels/stored.ts'
import { preview } from '../notify/compose.ts'
import { loadRoutes } from '../notify/destinations.ts'
import { exampleMessage } from '../notify/examples.ts'
import type { NotifierSettings } from '../notify/notifier.ts'
import { checkTemplate } from '../notify/template.ts'
import { tryChannel } from '../notify/try-channel.ts'
import type { Outbox } from '../rules/turn.ts'

const schema = { tags: ['alerts'], security: [{ session: [] }] }
const params = Type.Object({ id: Type.Integer() })
/** They hold secrets, and this server sends wherever they say. */
const config = { role: 'admin' } as const

export function channelsRoutes(
  app: App,
  { db, now, settings }: Deps<NotifierSettings>,
  { outbox }: { outbox: Pick<Outbox, 'flush'> }
): void {
  const telling = () => ({ publicUrl: settings.PUBLIC_URL, now: now() })
  const who = (request: FastifyRequest) => ({ by: userOf(request), now: now() })
  const shown = async (client: PoolClient, id: number) =>
    (await listChannels(client)).find((each) => each.id === id) as Channel

  app.get(
    '/api/v1/channels',
    {
      schema: {
        ...{ ...schema, summary: 'Channels, by name, without what is secret' },
        response: { 200: ChannelsAnswer, '4xx': Problem }
      }
    },
    async () => ({ channels: await listChannels(db) })
  )

  app.post(
    '/api/v1/channels',
    {
      config,
      schema: {
        ...{ ...schema, summary: 'Make a channel', body: ChannelText },
        response: { 201: Channel, '4xx': Problem }
      },
      validatorCompiler: readBody(readChannel)
    },
    async (request, reply) => {
      const channel = await transaction(db, async (client) =>
        shown(client, await createChannel(client, request.body, who(request)))
      )
      return reply.code(201).send(channel)
    }
  )

  app.put(
    '/api/v1/channels/:id',
    {
      config,
      schema: {
        ...{
          ...schema,
          summary: 'Change a channel; secrets that are left out stay',
          params,
          body: ChannelChange
        },
        response: { 200: Channel, '4xx': Problem }
      },
      validatorCompiler: readBody(readChannelChange)
    },
    (request) =>
      transaction(db, async (client) => {
        const { id } = request.params
        await changeChannel(client, id, request.body, who(request))
        return shown(client, id)
      })
  )

  app.delete(
    '/api/v1/channels/:id',
    {
      config,
      schema: {
        ...{ ...schema, summary: 'Delete a channel; what waits for it is not sent', params },
        response: { 204: Type.Null(), '4xx': Problem }
      }
    },
    async (request, reply) => {
      await transaction(db, (client) => deleteChannel(client, request.params.id, who(request)))
      return reply.code(204).send(null)
    }
  )

  app.post(
    '/api/v1/channels/:id/test',
    {
      schema: {
        ...{ ...schema, summary: 'Send a message there now, and say what came of it', params },
        response: { 200: Notification, '4xx': Problem }
      }
    },
    async ({ params }) => {
      const tried = await tryChannel(db, params.id, telling())
      outbox.flush()
      return tried
    }
  )

  app.post(
    '/api/v1/channels/preview',
    {
      schema: {
        ...{ ...schema, summary: 'What a message looks like; nothing is sent', body: ChannelPreviewRequest },
        response: { 200: ChannelPreview, '4xx': Problem }
      },
      config: { changes: false, role: 'editor' },
      validatorCompiler: readBody((body) => fill(ChannelPreviewRequest, body))
    },
    async ({ body: { kind, template, message } }) => {
      if (template !== undefined) checkTemplate(template, '/template')
      return preview({ kind, template }, exampleMessage(message, now()), telling())
    }
  )

  app.get(
    '/api/v1/channels/routes',
    {
      schema: {
        ...{
          ...schema,
          summary: 'Who is told of what: the first that matches, and those after it where it goes on'
        },
        response: { 200: Routes, '4xx': Problem }
      }
    },
    async () => ({ routes: await loadRoutes(db) })
  )

  app.put(
    '/api/v1/channels/routes',
    {
      schema: {
        ...{ ...schema, summary: 'Write the routes anew; without any, every channel is told everything' },
        body: Routes,
        response: { 200: Routes, '4xx': Problem }
      },
      validatorCompiler: readBody((body) => fill(Routes, body))
    },
    async (request) => {
      await transaction(db, (client) => saveRoutes(client, request.body, who(request)))
      return { routes: await loadRoutes(db) }
    }
  )
}
