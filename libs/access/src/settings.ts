/** What a service must know to tell who is signed in. */
import { Duration, Secret } from '@miniobserv/settings'
import Type, { type Static } from 'typebox'

export const SessionSettings = Type.Object({
  SESSION_SECRET: Secret({ description: 'Signs sessions; the same in every copy' }),
  SESSION_LIFE: Duration({ default: '7d', description: 'How long a session lasts' })
})
export type SessionSettings = Static<typeof SessionSettings>
