/** The query service's settings. */
import { SessionSettings } from '@miniobserv/access'
import { LIMITS } from '@miniobserv/protocol'
import { Bytes, Duration, Secret } from '@miniobserv/settings'
import Type, { type Static } from 'typebox'
import { ProviderSettings } from './people/provider-settings.ts'

export const QuerySettings = Type.Object({
  ADMIN_PASSWORD: Type.Optional(
    Secret({
      description: 'What the user admin signs in with; without it the page asks who shall be the first user'
    })
  ),
  ...SessionSettings.properties,
  ...ProviderSettings.properties,
  SESSION_LIFE: Duration({ default: '7d', description: 'How long a session lasts' }),
  KEEP_AUDIT: Duration({ default: '400d', description: 'How long it is kept who changed what' }),
  HOST_DOWN_AFTER: Duration({ default: '30s', description: 'A host that sent nothing for so long is down' }),
  QUERY_TIMEOUT: Duration({ default: '15s', description: 'How long one question may take' }),
  MAX_BUCKETS: Type.Integer({ default: 11_000, minimum: 1, description: 'Time buckets of one query' }),
  MAX_ANSWER: Type.Integer({ default: 5_000_000, minimum: 1, description: 'Points in one answer' }),
  MAX_UNPACKED: Bytes({
    default: `${LIMITS.unpackedBytes / 1024 ** 2}MiB`,
    description: 'A body after decompression, as at the gateway'
  })
})
export type QuerySettings = Static<typeof QuerySettings>
