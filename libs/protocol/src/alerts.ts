/** Alerts on the wire: rules, what they found, who is told, and when nobody shall be. Times are epoch ms, UTC. */
import Type, { type Static } from 'typebox'
import { Labels } from './metrics.ts'

const Time = Type.Integer({ description: 'Epoch ms.' })
const MaybeTime = Type.Union([Time, Type.Null()])
const Next = Type.Union([Type.String(), Type.Null()], {
  description: 'Opaque: the cursor of the next page, or null.'
})

/** `30s`, `5m`, `24h`, `7d`. */
export const DurationText = (description: string, options: { default?: string } = {}) =>
  Type.String({
    pattern: '^\\d+(\\.\\d+)?(s|m|h|d)$',
    maxLength: 20,
    description,
    examples: ['30s', '5m', '24h', '7d'],
    ...options
  })

export const SEVERITIES = ['info', 'warning', 'critical'] as const
export const Severity = Type.Enum([...SEVERITIES], { description: 'How bad it is, and who hears of it.' })
export type Severity = (typeof SEVERITIES)[number]

/** What a label must be: a value, with `*` and `?` as in file names; with `!` before it, anything but that. */
export const Where = Type.Record(Type.String({ maxLength: 200 }), Type.String({ maxLength: 1000 }), {
  description: 'Labels and what they must be: a value with * and ?; a leading ! turns it round.'
})

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

export const STATES = ['ok', 'pending', 'firing', 'unknown'] as const
export type State = (typeof STATES)[number]

export const Rule = Type.Object({
  id: Type.Integer(),
  ...RuleText.properties,
  source: Type.Enum([...RULE_SOURCES]),
  changedAt: Time,
  changedBy: Type.String(),
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

export const CHANNEL_KINDS = ['slack', 'webhook', 'email', 'discord', 'teams'] as const
export type ChannelKind = (typeof CHANNEL_KINDS)[number]

const Url = Type.String({ pattern: '^https?://[^\\s/]', maxLength: 2000, description: 'https://…' })
const Template = Type.Optional(
  Type.String({
    minLength: 1,
    maxLength: 5000,
    description: 'Mustache; the text of a message instead of the usual one.'
  })
)
const Address = Type.String({
  pattern: '^[^@\\r\\n]+@[^@\\s]+$',
  maxLength: 500,
  description: 'a@example.org'
})
const Secret = Type.String({ minLength: 8, maxLength: 1000, description: 'Signs each body.' })

/** What anyone who is signed in may see of a channel, by kind. */
const OPEN = {
  slack: { kind: Type.Literal('slack'), template: Template },
  webhook: { kind: Type.Literal('webhook') },
  email: {
    kind: Type.Literal('email'),
    from: Address,
    to: Type.Array(Address, { minItems: 1, maxItems: 100, description: 'Who gets it.' }),
    template: Template
  },
  discord: { kind: Type.Literal('discord'), template: Template },
  teams: { kind: Type.Literal('teams'), template: Template }
}
const Server = Type.String({
  pattern: '^smtps?://[^\\s/]',
  maxLength: 2000,
  description: 'smtps://user:password@mail.example.org:465'
})
const closed = { additionalProperties: false }

/** How a channel is written. `url`, `secret` and `server` are never shown again: whoever knows them can send. */
export const ChannelConfig = Type.Union([
  Type.Object({ ...OPEN.slack, url: Url }, closed),
  Type.Object({ ...OPEN.webhook, url: Url, secret: Type.Optional(Secret) }, closed),
  Type.Object({ ...OPEN.email, server: Server }, closed),
  Type.Object({ ...OPEN.discord, url: Url }, closed),
  Type.Object({ ...OPEN.teams, url: Url }, closed)
])
export type ChannelConfig = Static<typeof ChannelConfig>
export type ChannelConfigOf<K extends ChannelKind> = Extract<ChannelConfig, { kind: K }>

/** The same for a change: a secret that is not sent again stays as it is. */
const ChannelConfigChange = Type.Union([
  Type.Object({ ...OPEN.slack, url: Type.Optional(Url) }, closed),
  Type.Object(
    {
      ...OPEN.webhook,
      url: Type.Optional(Url),
      secret: Type.Optional(
        Type.Union([Secret, Type.Null()], { description: 'null: bodies are not signed.' })
      )
    },
    closed
  ),
  Type.Object({ ...OPEN.email, server: Type.Optional(Server) }, closed),
  Type.Object({ ...OPEN.discord, url: Type.Optional(Url) }, closed),
  Type.Object({ ...OPEN.teams, url: Type.Optional(Url) }, closed)
])

const channel = {
  name: Type.String({ minLength: 1, maxLength: 100, description: 'Unique.' }),
  enabled: Type.Boolean({ default: true, description: 'Whether anything is sent there.' })
}
export const ChannelText = Type.Object({ ...channel, config: ChannelConfig }, closed)
export type ChannelText = Static<typeof ChannelText>
export const ChannelChange = Type.Object({ ...channel, config: ChannelConfigChange }, closed)
export type ChannelChange = Static<typeof ChannelChange>

export const Channel = Type.Object({
  id: Type.Integer(),
  name: Type.String(),
  enabled: Type.Boolean(),
  kind: Type.Enum([...CHANNEL_KINDS]),
  target: Type.String({
    description: 'Where it goes, without what is secret: hooks.slack.com/…, a@example.org by mail.example.org'
  }),
  template: Type.Union([Type.String(), Type.Null()]),
  mail: Type.Union([Type.Object({ from: Type.String(), to: Type.Array(Type.String()) }), Type.Null()]),
  signed: Type.Boolean({ description: 'Whether a webhook has a secret that signs its bodies.' }),
  changedAt: Time,
  changedBy: Type.String(),
  waiting: Type.Integer({ description: 'Messages that are still to be sent.' }),
  lastSent: MaybeTime,
  lastError: Type.Union([Type.String(), Type.Null()], {
    description: 'Why the latest message was not taken; null when it was.'
  })
})
export type Channel = Static<typeof Channel>
export const ChannelsAnswer = Type.Object({ channels: Type.Array(Channel) })
export type ChannelsAnswer = Static<typeof ChannelsAnswer>

export const NOTIFICATION_KINDS = ['firing', 'resolved', 'reminder', 'test'] as const
export type NotificationKind = (typeof NOTIFICATION_KINDS)[number]

/** What a webhook gets, as JSON. Members may be added; none changes its meaning. */
export const WebhookBody = Type.Object(
  {
    id: Type.String({
      description: 'The same in each attempt, as in the header webhook-id: whoever has seen it may drop it.'
    }),
    kind: Type.Enum([...NOTIFICATION_KINDS]),
    at: Type.Integer({ description: 'When it was found, epoch ms.' }),
    title: Type.String({ description: 'In one line, for people: Host down: web-01 and web-02' }),
    rule: Type.Object({
      id: Type.Union([Type.Integer(), Type.Null()]),
      name: Type.String(),
      severity: Severity,
      note: Type.String(),
      labels: Labels
    }),
    total: Type.Integer({ description: 'How many hosts and series it is about.' }),
    alerts: Type.Array(
      Type.Object({
        host: Type.Union([Type.String(), Type.Null()]),
        labels: Labels,
        value: Type.Union([Type.Number(), Type.Null()], { description: 'In the unit of the metric.' }),
        summary: Type.String(),
        since: Type.Integer({ description: 'Since when it fires, or fired, epoch ms.' }),
        link: Type.Union([Type.String(), Type.Null()], { description: 'To the charts of the host.' })
      }),
      { description: 'The first 1,000 of them.' }
    ),
    link: Type.Union([Type.String(), Type.Null()], { description: 'To the page; null without PUBLIC_URL.' })
  },
  { description: 'POSTed by a webhook channel, signed as the Standard Webhooks specification says.' }
)
export type WebhookBody = Static<typeof WebhookBody>

/** What `POST /api/v1/channels/preview` takes: an example is made of it, and nothing is sent. */
export const ChannelPreviewRequest = Type.Object(
  {
    kind: Type.Enum([...CHANNEL_KINDS]),
    template: Template,
    message: Type.Enum(['firing', 'resolved', 'reminder'], { default: 'firing' })
  },
  closed
)
export const ChannelPreview = Type.Object({
  text: Type.String({ description: 'As people read it, or as a program gets it.' }),
  payload: Type.Union(
    [WebhookBody, Type.Object({}, { description: 'For the other kinds, as their services take it.' })],
    { description: 'All that would be sent.' }
  )
})
export type ChannelPreview = Static<typeof ChannelPreview>

/** Who is told: the first route that matches; without any, every channel that is enabled. */
export const Route = Type.Object(
  {
    severities: Type.Array(Type.Enum([...SEVERITIES]), { default: [], description: 'Empty: all.' }),
    hosts: Type.Array(Type.String({ minLength: 1, maxLength: 255 }), { default: ['*'], maxItems: 1000 }),
    labels: Type.Optional(Where),
    channels: Type.Array(Type.Integer(), { maxItems: 100, description: 'Ids; empty: nobody is told.' }),
    goOn: Type.Boolean({ default: false, description: 'Whether later routes are looked at too.' })
  },
  { additionalProperties: false }
)
export type Route = Static<typeof Route>
export const Routes = Type.Object(
  { routes: Type.Array(Route, { maxItems: 200 }) },
  { additionalProperties: false }
)
export type Routes = Static<typeof Routes>

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

export const NOTIFICATION_STATES = ['waiting', 'sent', 'failed'] as const

/** One message to one channel, as the log of messages shows it. */
export const Notification = Type.Object({
  id: Type.String(),
  at: Time,
  kind: Type.Enum([...NOTIFICATION_KINDS]),
  rule: Type.String(),
  severity: Severity,
  channel: Type.String(),
  alerts: Type.Integer({ description: 'How many hosts and series it lists.' }),
  state: Type.Enum([...NOTIFICATION_STATES]),
  attempts: Type.Integer(),
  sentAt: MaybeTime,
  error: Type.Union([Type.String(), Type.Null()], { description: 'What the latest attempt came to.' })
})
export type Notification = Static<typeof Notification>
export const NotificationsAnswer = Type.Object({ notifications: Type.Array(Notification), next: Next })
export type NotificationsAnswer = Static<typeof NotificationsAnswer>
