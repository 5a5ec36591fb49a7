/** A rule: as people write it, and as it stands. */
import Type, { type Static } from 'typebox'
import { MaybeTime, Time } from '../time.ts'
import { Condition } from './conditions.ts'
import { DurationText } from './matching.ts'
import { SEVERITIES } from './severity.ts'

/** A rule as people write it, in the page, through the API and in `RULES_FILE`. */
export const RuleText = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100, description: 'Unique; what messages call it.' }),
    condition: Condition,
    hosts: Type.Array(Type.String({ minLength: 1, maxLength: 255 }), {
      default: ['*'],
      maxItems: 1000,
      description: 'Names of hosts with * and ?; a leading ! leaves hosts out again.'
    }),
    severity: Type.Enum([...SEVERITIES], { default: 'warning' }),
    for: DurationText('It fires only after it was so for this long, at every look; up to 24h.', {
      default: '0s'
    }),
    remind: Type.Union([DurationText('While it fires, it is told again so often; 5m to 30d.'), Type.Null()], {
      default: '4h',
      description: 'null: never again.'
    }),
    labels: Type.Record(Type.String({ maxLength: 200 }), Type.String({ maxLength: 1000 }), {
      default: {},
      description: 'For routes and silences: team, service, …'
    }),
    note: Type.String({
      default: '',
      maxLength: 2000,
      description: 'What to do about it; part of every message.'
    }),
    enabled: Type.Boolean({ default: true })
  },
  { additionalProperties: false }
)
export type RuleText = Static<typeof RuleText>

/** default: came with the program; file: from `RULES_FILE`, and only changed there; people: by hand. */
export const RULE_SOURCES = ['default', 'people', 'file'] as const

export const Rule = Type.Object({
  id: Type.Integer(),
  ...RuleText.properties,
  source: Type.Enum([...RULE_SOURCES]),
  changedAt: Time,
  changedBy: Type.String(),
  unit: Type.String({
    description: 'Of the values in its condition, as the series have it (UCUM); empty where none is known.'
  }),
  status: Type.Object(
    {
      evaluatedAt: MaybeTime,
      ok: Type.Integer(),
      pending: Type.Integer(),
      firing: Type.Integer(),
      unknown: Type.Integer(),
      error: Type.Union([Type.String(), Type.Null()], { description: 'Why it could not be evaluated.' })
    },
    { description: 'How many hosts and series were in which state at the latest look.' }
  )
})
export type Rule = Static<typeof Rule>
export const RulesAnswer = Type.Object({ rules: Type.Array(Rule) })
export type RulesAnswer = Static<typeof RulesAnswer>

/** A rule that was just saved, and what its author should know about it. */
export const SavedRule = Type.Object({
  ...Rule.properties,
  remarks: Type.Array(Type.String(), { description: 'Allowed, but perhaps not meant.' })
})
export type SavedRule = Static<typeof SavedRule>
