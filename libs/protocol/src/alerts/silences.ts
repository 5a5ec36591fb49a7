/** When nobody shall be told. */
import Type, { type Static } from 'typebox'
import { MaybeTime, Time } from '../time.ts'
import { DurationText, Where } from './matching.ts'

/** A window that comes again: on these days, from this hour on, for so long. */
export const Recurrence = Type.Object(
  {
    days: Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), {
      minItems: 1,
      maxItems: 7,
      description: '1 Monday … 7 Sunday'
    }),
    at: Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', description: 'HH:MM' }),
    duration: DurationText('How long each lasts; up to 7d.'),
    zone: Type.String({ default: 'UTC', maxLength: 100, description: 'Europe/Berlin, UTC, …' })
  },
  { additionalProperties: false }
)
export type Recurrence = Static<typeof Recurrence>

export const SilenceText = Type.Object(
  {
    hosts: Type.Array(Type.String({ minLength: 1, maxLength: 255 }), { default: ['*'], maxItems: 1000 }),
    rules: Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
      default: ['*'],
      maxItems: 1000,
      description: 'Names of rules with * and ?'
    }),
    labels: Type.Optional(Where),
    reason: Type.String({ minLength: 1, maxLength: 500 }),
    starts: Type.Optional(Time),
    ends: Type.Union([Time, Type.Null()], { description: 'null only for a maintenance window that recurs.' }),
    recurs: Type.Optional(Recurrence)
  },
  { additionalProperties: false }
)
export type SilenceText = Static<typeof SilenceText>

export const Silence = Type.Object({
  id: Type.Integer(),
  hosts: Type.Array(Type.String()),
  rules: Type.Array(Type.String()),
  labels: Where,
  reason: Type.String(),
  starts: Time,
  ends: MaybeTime,
  recurs: Type.Union([Recurrence, Type.Null()]),
  active: Type.Boolean({ description: 'Whether it holds now.' }),
  createdBy: Type.String(),
  createdAt: Time
})
export type Silence = Static<typeof Silence>
export const SilencesAnswer = Type.Object({ silences: Type.Array(Silence) })
export type SilencesAnswer = Static<typeof SilencesAnswer>
