/** `POST /api/v1/metrics`: one batch is some ticks of one host. */
import Type, { type Static } from 'typebox'

/** Label names and values follow OpenTelemetry's attributes, for example `cpu.mode=user`. */
export const Labels = Type.Record(
  Type.String({ minLength: 1, maxLength: 200 }),
  Type.String({ maxLength: 1000 })
)
export type Labels = Static<typeof Labels>

/** Says what one column of `points` is. */
export const Series = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 200, description: 'For example system.cpu.utilization' }),
  labels: Type.Optional(Labels),
  unit: Type.Optional(Type.String({ maxLength: 40, description: 'UCUM: 1, By, By/s, s, {process}' }))
})
export type Series = Static<typeof Series>

/** `[time, value of series 0, value of series 1, …]`; time in epoch ms, `null` for a missing value. */
export type Point = [time: number, ...values: (number | null)[]]

/** What the host is; sent now and then, not with every batch. */
export const HostInfo = Type.Record(
  Type.String({ minLength: 1, maxLength: 100 }),
  Type.Union([Type.String({ maxLength: 1000 }), Type.Number(), Type.Boolean()])
)
export type HostInfo = Static<typeof HostInfo>

export const BatchId = Type.String({
  pattern: '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$',
  description: 'A UUID, best of version 7: the idempotency key. The gateway makes one where it is missing.'
})

export const HostName = Type.String({ minLength: 1, maxLength: 255, pattern: '^[^\\u0000-\\u001f]+$' })

/** Either `series` or `layout` says what the columns are. */
export const MetricsBatch = Type.Object({
  batch: Type.Optional(BatchId),
  host: HostName,
  info: Type.Optional(HostInfo),
  labels: Type.Optional({
    ...Labels,
    description: 'What people say of the host: team, environment, …; sent beside info. None takes all away.'
  }),
  series: Type.Optional(Type.Array(Series)),
  layout: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 64,
      description: 'A layout that an earlier answer named, instead of series.'
    })
  ),
  points: Type.Array(Type.Array(Type.Union([Type.Number(), Type.Null()])), {
    description: '[time in epoch ms, value of series 0, …]; null for a missing value.'
  })
})
export interface MetricsBatch extends Omit<Static<typeof MetricsBatch>, 'points'> {
  points: Point[]
}

export const MetricsAccepted = Type.Object({
  accepted: Type.Integer({ description: 'Samples taken: values that are not null.' }),
  layout: Type.String({ description: 'Send this instead of series from now on.' }),
  now: Type.Integer({ description: "The gateway's clock, epoch ms." })
})
export type MetricsAccepted = Static<typeof MetricsAccepted>
