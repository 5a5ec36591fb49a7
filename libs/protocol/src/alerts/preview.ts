/** What a rule would have done in the past. */
import Type, { type Static } from 'typebox'
import { Labels } from '../metrics.ts'
import { Time } from '../time.ts'
import { RuleText } from './rules.ts'

/** What `POST /api/v1/rules/preview` takes and finds. */
export const PreviewRequest = Type.Object({
  rule: RuleText,
  days: Type.Number({ default: 7, exclusiveMinimum: 0, maximum: 90 })
})
export const PreviewAnswer = Type.Object({
  from: Time,
  to: Time,
  resolution: Type.Enum(['raw', '1m', '1h', 'lines', 'heartbeats'], {
    description: 'What most of it was worked out from; the remarks tell the rest.'
  }),
  every: Type.Integer({ description: 'How often the rule was looked at, ms.' }),
  total: Type.Integer({ description: 'How often it would have fired.' }),
  messages: Type.Integer({
    description: 'How many messages that would have been, grouped as they are sent.'
  }),
  firings: Type.Array(
    Type.Object({
      host: Type.Union([Type.String(), Type.Null()]),
      labels: Labels,
      from: Time,
      to: Type.Union([Time, Type.Null()], { description: 'null: still firing at the end.' }),
      worst: Type.Union([Type.Number(), Type.Null()])
    }),
    { description: 'The newest 1,000.' }
  ),
  remarks: Type.Array(Type.String())
})
export type PreviewAnswer = Static<typeof PreviewAnswer>
