/** Errors on the wire: RFC 9457 `application/problem+json`, with a stable `code`. */
import Type, { type Static } from 'typebox'

export const PROBLEM_TYPE = 'application/problem+json'

export const Problem = Type.Object({
  type: Type.String({ description: 'about:blank: the code says which problem it is.' }),
  title: Type.String({ description: 'The name of the status.' }),
  status: Type.Integer(),
  code: Type.String({ description: 'Stable, for programs: unknown_layout, host_mismatch, …' }),
  detail: Type.String({ description: 'For people: what is wrong and how to mend it.' }),
  path: Type.Optional(Type.String({ description: 'Where in the body, as a JSON pointer: /points/3/1' })),
  now: Type.Optional(
    Type.Integer({ description: "The gateway's clock, epoch ms: on 401 and time_in_future." })
  )
})
export type Problem = Static<typeof Problem>
