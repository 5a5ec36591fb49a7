/** What a service must know to tell who is signed in. */
import { Secret } from '@miniobserv/settings'
import Type, { type Static } from 'typebox'

export const SessionSettings = Type.Object({
  SESSION_SECRET: Secret({
    description: 'Keys the hashes of sessions; the same in every copy. A new one signs everybody out'
  }),
  PUBLIC_URL: Type.String({
    default: '',
    pattern: '^(https?://.*)?$',
    description:
      'Where people reach the page: messages link to it, and providers of OpenID Connect lead back to it'
  })
})
export type SessionSettings = Static<typeof SessionSettings>
