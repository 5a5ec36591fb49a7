/** Where messages go: what each kind of channel must know. */
import Type, { type Static } from 'typebox'

export const CHANNEL_KINDS = ['slack', 'webhook', 'email', 'discord', 'teams'] as const
export type ChannelKind = (typeof CHANNEL_KINDS)[number]

const Url = Type.String({ pattern: '^https?://[^\\s/]', maxLength: 2000, description: 'https://…' })
export const Template = Type.Optional(
  Type.String({
    minLength: 1,
    maxLength: 5000,
    description: 'Mustache; the text of a message instead of the usual one.'
  })
)
const Address = Type.String({
  pattern: '^[^@\\r\\n]+@[^@\\s]+$',
  maxLength: 500,
  description: 'a@example.org'
})
const Secret = Type.String({ minLength: 8, maxLength: 1000, description: 'Signs each body.' })

/** What anyone who is signed in may see of a channel, by kind. */
const OPEN = {
  slack: { kind: Type.Literal('slack'), template: Template },
  webhook: { kind: Type.Literal('webhook') },
  email: {
    kind: Type.Literal('email'),
    from: Address,
    to: Type.Array(Address, { minItems: 1, maxItems: 100, description: 'Who gets it.' }),
    template: Template
  },
  discord: { kind: Type.Literal('discord'), template: Template },
  teams: { kind: Type.Literal('teams'), template: Template }
}
const Server = Type.String({
  pattern: '^smtps?://[^\\s/]',
  maxLength: 2000,
  description: 'smtps://user:password@mail.example.org:465'
})
export const closed = { additionalProperties: false }

/** How a channel is written. `url`, `secret` and `server` are never shown again: whoever knows them can send. */
export const ChannelConfig = Type.Union([
  Type.Object({ ...OPEN.slack, url: Url }, closed),
  Type.Object({ ...OPEN.webhook, url: Url, secret: Type.Optional(Secret) }, closed),
  Type.Object({ ...OPEN.email, server: Server }, closed),
  Type.Object({ ...OPEN.discord, url: Url }, closed),
  Type.Object({ ...OPEN.teams, url: Url }, closed)
])
export type ChannelConfig = Static<typeof ChannelConfig>
export type ChannelConfigOf<K extends ChannelKind> = Extract<ChannelConfig, { kind: K }>

/** The same for a change: a secret that is not sent again stays as it is. */
export const ChannelConfigChange = Type.Union([
  Type.Object({ ...OPEN.slack, url: Type.Optional(Url) }, closed),
  Type.Object(
    {
      ...OPEN.webhook,
      url: Type.Optional(Url),
      secret: Type.Optional(
        Type.Union([Secret, Type.Null()], { description: 'null: bodies are not signed.' })
      )
    },
    closed
  ),
  Type.Object({ ...OPEN.email, server: Type.Optional(Server) }, closed),
  Type.Object({ ...OPEN.discord, url: Type.Optional(Url) }, closed),
  Type.Object({ ...OPEN.teams, url: Type.Optional(Url) }, closed)
])
