/** The query service's settings. */
import { Duration, Secret } from '@miniobserv/settings'
import Type, { type Static } from 'typebox'

export const QuerySettings = Type.Object({
  ADMIN_PASSWORD: Secret({ description: 'What the user admin signs in with' }),
  SESSION_SECRET: Secret({ description: 'Signs sessions; the same in every copy' }),
  SESSION_LIFE: Duration({ default: '7d', description: 'How long a session lasts' }),
  HOST_DOWN_AFTER: Duration({ default: '30s', description: 'A host that sent nothing for so long is down' }),
  MAX_BUCKETS: Type.Integer({ default: 11_000, minimum: 1, description: 'Time buckets of one query' }),
  MAX_ANSWER: Type.Integer({ default: 1_000_000, minimum: 1, description: 'Points in one answer' })
})
export type QuerySettings = Static<typeof QuerySettings>
