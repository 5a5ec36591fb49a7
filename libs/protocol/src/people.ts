/** People on the wire: who is signed in. Times are epoch ms, UTC. */
import Type, { type Static } from 'typebox'
import { Role } from './roles.ts'

const Time = Type.Integer({ description: 'Epoch ms.' })

export const SessionRequest = Type.Object({
  username: Type.String({ maxLength: 200 }),
  password: Type.String({ maxLength: 1000 })
})

export const SessionAnswer = Type.Object({
  username: Type.String(),
  role: Role,
  expires: Type.Union([Time, Type.Null()], { description: 'null: an API token without an end.' })
})
export type SessionAnswer = Static<typeof SessionAnswer>
