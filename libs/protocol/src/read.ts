/** What readers get back: the answers of the query service. Times are epoch ms, UTC. */
import Type, { type Static } from 'typebox'
import { Level } from './logs.ts'
import { HostInfo, Labels } from './metrics.ts'
import { Next } from './page.ts'
import { Time } from './time.ts'

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

/** Which hosts are meant, by their exact names. */
export const HostNames = Type.Object({
  hosts: Type.Array(Type.String({ maxLength: 255 }), { minItems: 1, maxItems: 10_000 })
})

export const RemovalAnswer = Type.Object({
  removed: Type.Array(Type.String()),
  up: Type.Array(Type.String(), { description: 'Those that still send, and so stay.' })
})
export type RemovalAnswer = Static<typeof RemovalAnswer>

export const HostsAnswer = Type.Object({ hosts: Type.Array(Host), next: Next })
export type HostsAnswer = Static<typeof HostsAnswer>

/** What hosts are labelled with: `team=web` stands for all that have it where hosts are named. */
export const HostLabelsAnswer = Type.Object({
  labels: Type.Array(
    Type.Object({
      name: Type.String(),
      value: Type.String(),
      hosts: Type.Integer({ description: 'How many have it.' })
    })
  )
})
export type HostLabelsAnswer = Static<typeof HostLabelsAnswer>

export const SeriesEntry = Type.Object({ name: Type.String(), labels: Labels, unit: Type.String() })
export const SeriesAnswer = Type.Object({ series: Type.Array(SeriesEntry), next: Next })
export type SeriesAnswer = Static<typeof SeriesAnswer>

/** How the samples of one bucket become one value. */
export const AGGREGATES = ['avg', 'min', 'max', 'sum', 'last', 'count', 'p50', 'p90', 'p95', 'p99'] as const
export type Aggregate = (typeof AGGREGATES)[number]

/** Samples, minutes, hours. */
export const RESOLUTIONS = ['raw', '1m', '1h'] as const
export type Resolution = (typeof RESOLUTIONS)[number]

/** `[start of the bucket, value]`; `null` where a bucket between the first and the last has no sample. */
export const Bucket = Type.Tuple([Time, Type.Union([Type.Number(), Type.Null()])])

export const QueryAnswer = Type.Object({
  now: Type.Integer({ description: 'The clock here, epoch ms.' }),
  from: Type.Integer({
    description: 'Where the first bucket may begin to count: from, rounded down to whole minutes or hours.'
  }),
  to: Time,
  step: Type.Integer({
    description: 'The width of a bucket, ms; wider than asked where nothing finer is kept.'
  }),
  resolution: Type.Enum([...RESOLUTIONS], { description: 'The coarsest tier that took part.' }),
  unit: Type.String({ description: 'Of the first metric.' }),
  series: Type.Array(
    Type.Object({
      host: Type.Optional(Type.String({ description: 'Missing where by does not keep it.' })),
      metric: Type.String(),
      unit: Type.String(),
      labels: Labels,
      points: Type.Array(Bucket)
    })
  )
})
export type QueryAnswer = Static<typeof QueryAnswer>

export const MetricsAnswer = Type.Object({
  metrics: Type.Array(
    Type.Object({
      name: Type.String(),
      unit: Type.String(),
      series: Type.Integer({ description: 'How many label sets it has.' }),
      labels: Type.Array(Type.String(), {
        description: 'Names of its labels, as far as its first series tell.'
      })
    })
  ),
  next: Next
})
export type MetricsAnswer = Static<typeof MetricsAnswer>

export const LabelsAnswer = Type.Object({
  labels: Type.Array(
    Type.Object({
      name: Type.String(),
      values: Type.Array(Type.String(), {
        description: 'In order; the first ones where there are very many.'
      }),
      count: Type.Integer({ description: 'How many values there are.' })
    })
  )
})
export type LabelsAnswer = Static<typeof LabelsAnswer>

export const LatestAnswer = Type.Object({
  now: Time,
  values: Type.Array(
    Type.Object({
      host: Type.String(),
      metric: Type.String(),
      unit: Type.String(),
      labels: Labels,
      time: Time,
      value: Type.Number()
    })
  )
})
export type LatestAnswer = Static<typeof LatestAnswer>

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

export const LogsAnswer = Type.Object({
  lines: Type.Array(FoundLine),
  next: Type.Union([Type.String(), Type.Null()], {
    description:
      'The cursor of the next page in the same order, or null. A page may be short: time had run out.'
  }),
  newer: Type.String({ description: 'A cursor: with order=oldest, what is newer than all of this page.' })
})
export type LogsAnswer = Static<typeof LogsAnswer>

export const LogContextAnswer = Type.Object({
  lines: Type.Array(FoundLine, { description: 'In the order in which they were written.' }),
  place: Type.Integer({ description: 'Which of them was asked for, counted from 0.' })
})
export type LogContextAnswer = Static<typeof LogContextAnswer>

const Count = Type.Optional(Type.Integer())
/** Lines by level; a level that no line has is missing. */
export const LevelCounts = Type.Object({
  ...{ none: Count, trace: Count, debug: Count, info: Count, warn: Count, error: Count, fatal: Count }
})
export type LevelCounts = Static<typeof LevelCounts>

export const LogHistogramAnswer = Type.Object({
  step: Type.Integer({ description: 'The width of a bucket, ms.' }),
  total: Type.Integer({ description: 'Lines in all buckets.' }),
  buckets: Type.Array(Type.Object({ time: Time, counts: LevelCounts }), {
    description: 'In order of time; time is where a bucket starts. Buckets without a line are missing.'
  }),
  exactFrom: Type.Integer({
    description:
      'Epoch ms. What lies before was counted on a sample of the blocks, because there was too much of it.'
  }),
  sampled: Type.Number({ description: 'The share of blocks in that sample; 1 where all was counted.' })
})
export type LogHistogramAnswer = Static<typeof LogHistogramAnswer>

export const LogSourcesAnswer = Type.Object({
  sources: Type.Array(
    Type.Object({
      host: Type.String(),
      source: Type.String(),
      lastSeen: Type.Integer({ description: 'Epoch ms, to a minute or two: the time of its newest line.' })
    })
  ),
  next: Next
})
export type LogSourcesAnswer = Static<typeof LogSourcesAnswer>
