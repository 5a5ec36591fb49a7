/** What a rule can look for. */
import Type, { type Static } from 'typebox'
import { DurationText, Where } from './matching.ts'

const Metric = Type.String({
  minLength: 1,
  maxLength: 255,
  description: 'For example system.cpu.utilization'
})

const COMPARISONS = ['>', '>=', '<', '<='] as const
export type Comparison = (typeof COMPARISONS)[number]

/** How the samples of a window become one value. */
export const WINDOW_AGGREGATES = ['avg', 'min', 'max', 'sum', 'count', 'last'] as const
export type WindowAggregate = (typeof WINDOW_AGGREGATES)[number]

/** How several series of one host become one value. */
export const ACROSS = ['sum', 'avg', 'min', 'max'] as const
export type Across = (typeof ACROSS)[number]

const Threshold = Type.Object(
  {
    kind: Type.Literal('threshold'),
    metric: Metric,
    where: Type.Optional(Where),
    agg: Type.Enum([...WINDOW_AGGREGATES], { default: 'avg', description: 'Over the window.' }),
    window: DurationText('The time that is looked at, up to now; 10s to 24h.', { default: '5m' }),
    across: Type.Optional(
      Type.Enum([...ACROSS], {
        description: 'Puts the series of a host together; without it, each has a state of its own.'
      })
    ),
    by: Type.Optional(
      Type.Array(Type.String({ maxLength: 200 }), {
        maxItems: 10,
        description: 'With across: labels that are kept apart all the same.'
      })
    ),
    op: Type.Enum([...COMPARISONS]),
    value: Type.Number({ description: 'In the unit of the metric: 0.9 for 90 % of a utilization.' }),
    recover: Type.Optional(
      Type.Number({ description: 'Over only when the value is on the good side of this, not of value.' })
    )
  },
  { additionalProperties: false, description: 'A metric passes a value.' }
)

const NoData = Type.Object(
  {
    kind: Type.Literal('no-data'),
    metric: Metric,
    where: Type.Optional(Where),
    after: DurationText('So long without a sample; 30s to 24h.', { default: '5m' })
  },
  { additionalProperties: false, description: 'A series of a host that still sends has stopped.' }
)

const HostDown = Type.Object(
  {
    kind: Type.Literal('host-down'),
    after: DurationText('So long without a sign of it; 20s to 24h.', { default: '30s' })
  },
  { additionalProperties: false, description: 'A host has stopped sending.' }
)

const LogMatch = Type.Object(
  {
    kind: Type.Literal('log-match'),
    query: Type.String({ minLength: 1, maxLength: 1000, description: 'As in the search of the logs page.' }),
    window: DurationText('The time that is looked at, up to now; 30s to 24h.', { default: '5m' }),
    count: Type.Integer({ minimum: 1, default: 1, description: 'So many lines of one host, or more.' })
  },
  { additionalProperties: false, description: 'Log lines that match a search.' }
)

const Forecast = Type.Object(
  {
    kind: Type.Literal('forecast'),
    metric: Metric,
    where: Type.Optional(Where),
    window: DurationText('The line is fitted through so much of the past; 30m to 7d.', { default: '6h' }),
    limit: Type.Number({
      default: 1,
      description: 'What it must not reach from below, in the unit of the metric.'
    }),
    within: DurationText('It fires when the limit is nearer than this.', { default: '24h' })
  },
  { additionalProperties: false, description: 'A straight line through the past reaches a limit soon.' }
)

const Blind = Type.Object(
  {
    kind: Type.Literal('blind'),
    behind: DurationText('Data waits for so long to be stored; 5s to 1h.', { default: '15s' })
  },
  {
    additionalProperties: false,
    description: 'The monitor itself sees nothing: nothing arrives, or nothing is stored.'
  }
)

/** What a rule looks for. */
export const Condition = Type.Union([Threshold, NoData, HostDown, LogMatch, Forecast, Blind])
export type Condition = Static<typeof Condition>
export type ConditionOf<K extends Condition['kind']> = Extract<Condition, { kind: K }>
