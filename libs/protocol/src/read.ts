/** What readers get back: the answers of the query service. Times are epoch ms, UTC. */
import Type, { type Static } from 'typebox'
import { Level } from './logs.ts'
import { HostInfo, Labels } from './metrics.ts'

const Time = Type.Integer({ description: 'Epoch ms.' })
const Next = Type.Union([Type.String(), Type.Null()], {
  description: 'Opaque: the cursor of the next page, or null.'
})

export const Host = Type.Object({
  name: Type.String(),
  status: Type.Enum(['up', 'down'], { description: 'down: nothing came for three intervals.' }),
  firstSeen: Time,
  lastSeen: Time,
  clockOffset: Type.Union([Type.Number(), Type.Null()], {
    description:
      'What its agent adds to its own clock, ms: 0 while the clock is right; null where it does not say.'
  }),
  twinsSeen: Type.Union([Time, Type.Null()], {
    description: 'When two agents last sent under this name at the same time, or null.'
  }),
  labels: Labels,
  info: HostInfo
})
export type Host = Static<typeof Host>

export const HostsAnswer = Type.Object({ hosts: Type.Array(Host), next: Next })
export type HostsAnswer = Static<typeof HostsAnswer>

export const SeriesEntry = Type.Object({ name: Type.String(), labels: Labels, unit: Type.String() })
export const SeriesAnswer = Type.Object({ series: Type.Array(SeriesEntry), next: Next })
export type SeriesAnswer = Static<typeof SeriesAnswer>

/** How the samples of one bucket become one value. */
export const AGGREGATES = ['avg', 'min', 'max', 'sum', 'last', 'count'] as const
export type Aggregate = (typeof AGGREGATES)[number]

/** `[start of the bucket, value]`; `null` where a bucket between the first and the last has no sample. */
export const Bucket = Type.Tuple([Time, Type.Union([Type.Number(), Type.Null()])])

export const QueryAnswer = Type.Object({
  step: Type.Integer({ description: 'The width of a bucket, ms.' }),
  resolution: Type.Enum(['raw', '1m', '1h'], { description: 'Which tier answered.' }),
  unit: Type.String(),
  series: Type.Array(
    Type.Object({
      host: Type.Optional(Type.String({ description: 'Missing where by does not keep it.' })),
      labels: Labels,
      points: Type.Array(Bucket)
    })
  )
})
export type QueryAnswer = Static<typeof QueryAnswer>

export const FoundLine = Type.Object({
  id: Type.String({ description: 'Stable and unique among all lines.' }),
  time: Time,
  host: Type.String(),
  source: Type.String(),
  level: Type.Union([Level, Type.Null()]),
  message: Type.String(),
  attributes: Type.Record(Type.String(), Type.Unknown())
})
export type FoundLine = Static<typeof FoundLine>

export const LogsAnswer = Type.Object({ lines: Type.Array(FoundLine), next: Next })
export type LogsAnswer = Static<typeof LogsAnswer>

export const SessionRequest = Type.Object({ username: Type.String(), password: Type.String() })
export const SessionAnswer = Type.Object({ username: Type.String(), expires: Time })
export type SessionAnswer = Static<typeof SessionAnswer>
