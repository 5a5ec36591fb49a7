/** Makes a channel of what a request holds, with errors that name the member and never repeat what is secret. */

import { CHANNEL_KINDS, ChannelChange, ChannelText } from '@miniobserv/protocol'
import { fill, invalid, isObject } from '@miniobserv/service'
import Type, { type TObject } from 'typebox'

type Written = typeof ChannelText | typeof ChannelChange

/** Each kind has a schema of its own: an error then speaks of the kind that was meant. */
const kindsOf = ({ properties }: Written): Map<string, TObject> =>
  new Map(
    (properties.config.anyOf as unknown as TObject[]).map((schema) => [
      (schema.properties.kind as unknown as { const: string }).const,
      schema
    ])
  )

const reader = <T>(schema: Written) => {
  const kinds = kindsOf(schema)
  const { config: _, ...others } = schema.properties
  const rest = Type.Object(others, { additionalProperties: false })
  return (body: unknown): T => {
    if (!isObject(body)) throw invalid('', 'a channel is an object with a name and a config')
    const { config, ...about } = body
    const kind = isObject(config) ? kinds.get(String(config.kind)) : undefined
    if (!kind) throw invalid('/config/kind', `config.kind is missing; it takes ${CHANNEL_KINDS.join(', ')}`)
    return { ...fill(rest, about), config: fill(kind, config, '/config') } as T
  }
}

/** @throws {ServiceError} 400 `invalid_request` with a path */
export const readChannel = reader<ChannelText>(ChannelText)

/** With members left out that are to stay as they are. @throws {ServiceError} 400 `invalid_request` with a path */
export const readChannelChange = reader<ChannelChange>(ChannelChange)
