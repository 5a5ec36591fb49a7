/** Dashboards on the wire: what people make, save, send to each other as files, and look at. Times are epoch ms. */
import Type, { type Static } from 'typebox'
import { ACROSS } from './alerts/conditions.ts'
import { Level } from './logs.ts'
import { AGGREGATES } from './read.ts'

const Strict = { additionalProperties: false } as const

/** Columns of a row; a panel is so many of them wide. */
export const GRID_COLUMNS = 12

const Patterns = (description: string) =>
  Type.Array(Type.String({ minLength: 1, maxLength: 1000 }), { default: [], maxItems: 100, description })

const Hosts = Patterns(
  'Names of hosts with * and ?, labels as team=web,env=prod, a leading ! leaves out; or $variable. Empty: all.'
)

/** One question about one metric, as `GET /api/v1/query` takes it; what Explore asks, too. */
export const MetricQuestion = Type.Object(
  {
    metric: Type.String({ minLength: 1, maxLength: 200, description: 'For example system.cpu.utilization' }),
    name: Type.String({
      default: '',
      maxLength: 100,
      description: 'What it is called; the metric if empty.'
    }),
    hosts: Hosts,
    where: Type.Record(
      Type.String({ minLength: 1, maxLength: 200 }),
      Patterns('Values that the label may have, with * and ?; a leading ! leaves out.'),
      { default: {}, description: 'Labels and what they must be.' }
    ),
    by: Type.Union(
      [Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { maxItems: 20 }), Type.Null()],
      { default: null, description: 'What is kept apart: host and labels. null: everything; empty: nothing.' }
    ),
    agg: Type.Enum([...AGGREGATES], { default: 'avg', description: 'Of the samples of a bucket.' }),
    across: Type.Union([Type.Enum([...ACROSS]), Type.Null()], {
      default: null,
      description: 'Of the series that are not kept apart, after agg; null: agg takes all samples together.'
    }),
    topk: Type.Union([Type.Integer({ minimum: 1, maximum: 1000 }), Type.Null()], {
      default: null,
      description: 'Only so many lines: those with the greatest mean.'
    })
  },
  Strict
)
export type MetricQuestion = Static<typeof MetricQuestion>

const Questions = Type.Array(MetricQuestion, { minItems: 1, maxItems: 20 })
const Title = Type.String({ default: '', maxLength: 200 })
const Width = Type.Integer({
  default: 6,
  minimum: 1,
  maximum: GRID_COLUMNS,
  description: 'In columns of twelve.'
})
const Bound = (description: string) =>
  Type.Union([Type.Number(), Type.Null()], { default: null, description })

export const REDUCTIONS = ['last', 'avg', 'min', 'max'] as const
const Reduce = Type.Enum([...REDUCTIONS], {
  default: 'last',
  description: 'Of the values in the time shown.'
})
export type Reduction = (typeof REDUCTIONS)[number]

/** What a panel may be, by its kind. */
export const PANELS = {
  chart: Type.Object(
    {
      ...{ kind: Type.Literal('chart'), title: Title, width: Width },
      questions: Questions,
      draw: Type.Enum(['lines', 'stack'], { default: 'lines' }),
      max: Bound('Where the y axis ends; null: above the highest value.')
    },
    Strict
  ),
  number: Type.Object(
    {
      ...{ kind: Type.Literal('number'), title: Title, width: Width },
      question: MetricQuestion,
      reduce: Reduce,
      warning: Bound('From here on it is shown as a warning; in the unit of the metric.'),
      critical: Bound('From here on it is shown as critical.')
    },
    Strict
  ),
  table: Type.Object(
    {
      ...{ kind: Type.Literal('table'), title: Title, width: Width },
      questions: Questions,
      reduce: Reduce
    },
    Strict
  ),
  logs: Type.Object(
    {
      ...{ kind: Type.Literal('logs'), title: Title, width: Width },
      query: Type.String({ default: '', maxLength: 1000, description: 'As in the search of the logs page.' }),
      hosts: Hosts,
      levels: Type.Array(Level, { default: [], maxItems: 6, description: 'Empty: all.' }),
      limit: Type.Integer({ default: 50, minimum: 1, maximum: 200 })
    },
    Strict
  ),
  text: Type.Object(
    {
      ...{ kind: Type.Literal('text'), title: Title, width: Width },
      text: Type.String({ default: '', maxLength: 10_000, description: 'Plain; addresses become links.' })
    },
    Strict
  ),
  alerts: Type.Object({ kind: Type.Literal('alerts'), title: Title, width: Width, hosts: Hosts }, Strict)
} as const
export type PanelKind = keyof typeof PANELS

export const Panel = Type.Union([
  PANELS.chart,
  PANELS.number,
  PANELS.table,
  PANELS.logs,
  PANELS.text,
  PANELS.alerts
])
export type Panel = Static<typeof Panel>
export type PanelOf<K extends PanelKind> = Static<(typeof PANELS)[K]>

export const DashboardRow = Type.Object(
  {
    height: Type.Integer({ default: 6, minimum: 2, maximum: 24, description: 'In steps of 40 px.' }),
    panels: Type.Array(Panel, { minItems: 1, maxItems: GRID_COLUMNS })
  },
  Strict
)
export type DashboardRow = Static<typeof DashboardRow>

/** What stands for `$name` in hosts and labels of all panels; people choose its values above them. */
export const Variable = Type.Object(
  {
    name: Type.String({
      pattern: '^[a-z][a-z0-9_]{0,30}$',
      description: 'Letters, digits and _; in use: $name.'
    }),
    title: Title,
    of: Type.Union(
      [
        Type.Literal('hosts'),
        Type.Object(
          {
            metric: Type.String({ minLength: 1, maxLength: 200 }),
            label: Type.String({ minLength: 1, maxLength: 200 })
          },
          Strict
        )
      ],
      {
        default: 'hosts',
        description: 'What is offered: names of hosts, or the values of a label of a metric.'
      }
    ),
    values: Patterns('What is chosen at first. Empty: all.')
  },
  Strict
)
export type Variable = Static<typeof Variable>

/** A dashboard as people write it, and as a file holds it. */
export const DashboardText = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100, description: 'Unique.' }),
    description: Type.String({ default: '', maxLength: 2000 }),
    variables: Type.Array(Variable, { default: [], maxItems: 10 }),
    rows: Type.Array(DashboardRow, { default: [], maxItems: 100 })
  },
  Strict
)
export type DashboardText = Static<typeof DashboardText>

const Saved = {
  id: Type.Integer(),
  version: Type.Integer({
    description: 'Grows with each change; a change names the one that it was made from.'
  }),
  changedAt: Type.Integer({ description: 'Epoch ms.' }),
  changedBy: Type.String({ description: 'Empty for what came with the program.' })
}

export const Dashboard = Type.Object({ ...Saved, ...DashboardText.properties })
export type Dashboard = Static<typeof Dashboard>

export const DashboardsAnswer = Type.Object({
  dashboards: Type.Array(
    Type.Object({
      ...Saved,
      name: Type.String(),
      description: Type.String(),
      panels: Type.Integer({ description: 'How many it has.' })
    })
  )
})
export type DashboardsAnswer = Static<typeof DashboardsAnswer>
