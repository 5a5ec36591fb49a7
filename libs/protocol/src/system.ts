/** What the system says of itself: what its storage takes, and whether its parts keep up. Times are epoch ms. */
import Type, { type Static } from 'typebox'
import { MaybeTime, Time } from './time.ts'

const MaybeText = Type.Union([Type.String(), Type.Null()])
const MaybeCount = Type.Union([Type.Integer(), Type.Null()])

export const StorageAnswer = Type.Object({
  now: Time,
  edition: Type.Enum(['native', 'timescaledb'], { description: 'How partitions are kept.' }),
  bytes: Type.Integer({ description: 'What the database takes, without its write-ahead log.' }),
  budget: Type.Union([Type.Integer(), Type.Null()], { description: 'MAX_DISK; null where there is none.' }),
  tables: Type.Array(
    Type.Object({
      table: Type.String(),
      keep: Type.Union([Type.Integer(), Type.Null()], {
        description: 'How long it is kept, ms; null until a writer has said so.'
      }),
      partitions: Type.Integer(),
      from: Type.Union([Time, Type.Null()], {
        description: 'Where its oldest partition begins, or the first host was heard of.'
      }),
      to: Type.Union([Time, Type.Null()], { description: 'Where its newest partition with rows ends.' }),
      rows: Type.Integer({ description: 'An estimate.' }),
      counted: Type.Enum(['all', 'some', 'none'], {
        description: 'Of how many partitions PostgreSQL knows the rows.'
      }),
      bytes: Type.Integer({ description: 'With indexes.' })
    })
  ),
  dropped: Type.Array(
    Type.Object({
      partition: Type.String(),
      table: Type.String(),
      from: Time,
      to: Time,
      bytes: Type.Integer(),
      why: Type.Enum(['age', 'disk'])
    }),
    { description: 'What the next look of a writer drops.' }
  )
})
export type StorageAnswer = Static<typeof StorageAnswer>

/** What can be wrong with the system itself. */
export const TROUBLES = [
  'redis_unreachable',
  'no_writer',
  'backlog_old',
  'dead_letters',
  'redis_nearly_full',
  'minutes_behind',
  'hours_behind',
  'alerter_silent',
  'alerter_blind'
] as const
export type Trouble = (typeof TROUBLES)[number]

export const HealthAnswer = Type.Object({
  now: Time,
  troubles: Type.Array(
    Type.Object({
      code: Type.Enum([...TROUBLES]),
      detail: Type.String({ description: 'For people: what it is, and what to look at.' })
    }),
    { description: 'Empty while all is well.' }
  ),
  streams: Type.Array(
    Type.Object({
      name: Type.String(),
      entries: Type.Integer({ description: 'Waiting to be stored; each is one batch or several.' }),
      oldest: Type.Union([Time, Type.Null()], { description: 'When the one that waits longest came.' })
    }),
    { description: 'Empty where Redis cannot be reached.' }
  ),
  writers: Type.Array(
    Type.Object({
      name: Type.String({ description: 'Machine, process and a part of chance.' }),
      status: Type.Enum(['reading', 'silent'], {
        description: 'silent: it has not asked for work for a while.'
      }),
      taken: Type.Integer({ description: 'Entries that it has and has not stored yet.' }),
      idle: Type.Union([Type.Integer(), Type.Null()], {
        description: 'How long ago it last asked for work, ms; null for an hour or more.'
      })
    })
  ),
  dead: Type.Object({
    letters: MaybeCount,
    oldest: MaybeTime,
    reason: Type.Union([Type.String(), Type.Null()], { description: 'Of the oldest one.' })
  }),
  redis: Type.Object({
    used: MaybeCount,
    most: Type.Union([Type.Integer(), Type.Null()], { description: 'Its maxmemory; 0 for no bound.' })
  }),
  rollups: Type.Array(
    Type.Object({
      tier: Type.Enum(['1m', '1h']),
      completeUntil: Type.Union([Time, Type.Null()], { description: 'null: nothing came yet.' }),
      waiting: Type.Integer({ description: 'How many buckets of time are still to be computed.' })
    })
  ),
  alerter: Type.Object({
    evaluatedAt: Type.Union([Time, Type.Null()], { description: 'When it last looked at all rules.' }),
    blindSince: MaybeTime,
    reason: MaybeText
  }),
  versions: Type.Object({
    miniobserv: Type.String(),
    node: Type.String(),
    postgresql: Type.String(),
    timescaledb: MaybeText,
    redis: MaybeText
  })
})
export type HealthAnswer = Static<typeof HealthAnswer>
