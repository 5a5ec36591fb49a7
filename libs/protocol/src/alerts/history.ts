/** What has happened: every change of state, and what people did about it. */
import Type, { type Static } from 'typebox'
import { Labels } from '../metrics.ts'
import { Next } from '../page.ts'
import { Time } from '../time.ts'
import { STATES } from './alerts.ts'
import { Severity } from './severity.ts'

/** A change of state, or something that a person did. */
export const AlertEvent = Type.Object({
  id: Type.Integer(),
  at: Time,
  ruleId: Type.Union([Type.Integer(), Type.Null()]),
  rule: Type.String(),
  severity: Severity,
  host: Type.Union([Type.String(), Type.Null()]),
  labels: Labels,
  from: Type.Union([Type.Enum([...STATES]), Type.Null()]),
  to: Type.Union([Type.Enum([...STATES]), Type.Null()]),
  value: Type.Union([Type.Number(), Type.Null()]),
  summary: Type.String(),
  by: Type.Union([Type.String(), Type.Null()], { description: 'Who did it, where a person did.' })
})
export type AlertEvent = Static<typeof AlertEvent>
export const HistoryAnswer = Type.Object({ events: Type.Array(AlertEvent), next: Next })
export type HistoryAnswer = Static<typeof HistoryAnswer>
