/** What rules have found: an alert for each host or series that is not ok. */
import Type, { type Static } from 'typebox'
import { Labels } from '../metrics.ts'
import { MaybeTime, Time } from '../time.ts'
import { Severity } from './severity.ts'

export const STATES = ['ok', 'pending', 'firing', 'unknown'] as const
export type State = (typeof STATES)[number]

/** One host or series for which a rule is not ok. */
export const Alert = Type.Object({
  id: Type.String({ description: 'Stable while it lasts.' }),
  ruleId: Type.Integer(),
  rule: Type.String(),
  severity: Severity,
  state: Type.Enum([...STATES]),
  host: Type.Union([Type.String(), Type.Null()]),
  labels: Labels,
  value: Type.Union([Type.Number(), Type.Null()], { description: 'At the latest look.' }),
  summary: Type.String({ description: 'For people: what is the matter, in one line.' }),
  since: Time,
  acknowledged: Type.Union([Type.Object({ at: Time, by: Type.String(), note: Type.String() }), Type.Null()]),
  silenced: Type.Boolean({ description: 'Whether a silence covers it now.' })
})
export type Alert = Static<typeof Alert>
export const AlertsAnswer = Type.Object({
  blind: Type.Union([Type.Object({ since: Time, reason: Type.String() }), Type.Null()], {
    description: 'Why the monitor itself sees nothing now, or null.'
  }),
  evaluatedAt: MaybeTime,
  alerts: Type.Array(Alert)
})
export type AlertsAnswer = Static<typeof AlertsAnswer>

/** Someone has seen it: it is not told again until it is over. */
export const Acknowledgement = Type.Object(
  { note: Type.String({ default: '', maxLength: 500 }) },
  { additionalProperties: false }
)
