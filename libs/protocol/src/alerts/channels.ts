/** Channels as people write them, and as they stand; an example of what each sends. */
import Type, { type Static } from 'typebox'
import { MaybeTime, Time } from '../time.ts'
import { CHANNEL_KINDS, ChannelConfig, ChannelConfigChange, closed, Template } from './channel-config.ts'
import { WebhookBody } from './webhook.ts'

const channel = {
  name: Type.String({ minLength: 1, maxLength: 100, description: 'Unique.' }),
  enabled: Type.Boolean({ default: true, description: 'Whether anything is sent there.' })
}
export const ChannelText = Type.Object({ ...channel, config: ChannelConfig }, closed)
export type ChannelText = Static<typeof ChannelText>
export const ChannelChange = Type.Object({ ...channel, config: ChannelConfigChange }, closed)
export type ChannelChange = Static<typeof ChannelChange>

export const Channel = Type.Object({
  id: Type.Integer(),
  name: Type.String(),
  enabled: Type.Boolean(),
  kind: Type.Enum([...CHANNEL_KINDS]),
  target: Type.String({
    description: 'Where it goes, without what is secret: hooks.slack.com/…, a@example.org by mail.example.org'
  }),
  template: Type.Union([Type.String(), Type.Null()]),
  mail: Type.Union([Type.Object({ from: Type.String(), to: Type.Array(Type.String()) }), Type.Null()]),
  signed: Type.Boolean({ description: 'Whether a webhook has a secret that signs its bodies.' }),
  changedAt: Time,
  changedBy: Type.String(),
  waiting: Type.Integer({ description: 'Messages that are still to be sent.' }),
  lastSent: MaybeTime,
  lastError: Type.Union([Type.String(), Type.Null()], {
    description: 'Why the latest message was not taken; null when it was.'
  })
})
export type Channel = Static<typeof Channel>
export const ChannelsAnswer = Type.Object({ channels: Type.Array(Channel) })
export type ChannelsAnswer = Static<typeof ChannelsAnswer>

/** What `POST /api/v1/channels/preview` takes: an example is made of it, and nothing is sent. */
export const ChannelPreviewRequest = Type.Object(
  {
    kind: Type.Enum([...CHANNEL_KINDS]),
    template: Template,
    message: Type.Enum(['firing', 'resolved', 'reminder'], { default: 'firing' })
  },
  closed
)
export const ChannelPreview = Type.Object({
  text: Type.String({ description: 'As people read it, or as a program gets it.' }),
  payload: Type.Union(
    [WebhookBody, Type.Object({}, { description: 'For the other kinds, as their services take it.' })],
    { description: 'All that would be sent.' }
  )
})
export type ChannelPreview = Static<typeof ChannelPreview>
