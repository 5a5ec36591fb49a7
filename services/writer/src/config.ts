/** The writer's settings. */
import type { Keep } from '@miniobserv/db'
import { LIMITS } from '@miniobserv/protocol'
import { Bytes, Duration } from '@miniobserv/settings'
import Type, { type Static } from 'typebox'

/** How long and how much is kept: what `npm run storage` tells of, too. */
export const KeepSettings = Type.Object({
  KEEP_RAW: Duration({ default: '7d', description: 'How long samples are kept as they came' }),
  KEEP_1M: Duration({ default: '30d', description: 'How long minutes are kept' }),
  KEEP_1H: Duration({ default: '400d', description: 'How long hours are kept' }),
  KEEP_LOGS: Duration({ default: '14d', description: 'How long log lines are kept' }),
  MAX_DISK: Type.Optional(
    Bytes({
      description:
        'What the database may take at most: 20GiB. When it is more, the oldest partitions go. Leave room for its write-ahead log, 1 GiB by default'
    })
  )
})

export const WriterSettings = Type.Object({
  ...KeepSettings.properties,
  KEEP_HOSTS: Duration({
    default: '30d',
    description:
      'How long a host that sends nothing stays on the list; what it sent stays as long as all else'
  }),
  UPKEEP_INTERVAL: Duration({
    default: '10s',
    description: 'How often minutes and hours are computed, and what is too old is dropped'
  }),
  WRITER_BULK: Type.Integer({
    default: 1000,
    minimum: 1,
    description: 'Batches of each stream read at once at most, when there is a backlog'
  }),
  WRITER_BULK_BYTES: Bytes({ default: '8MiB', description: 'Of bodies as sent, in one transaction at most' }),
  WRITER_LINGER: Duration({
    default: '50ms',
    description: 'Without a backlog: how long batches are gathered for one transaction'
  }),
  WRITER_CLAIM_AFTER: Duration({
    default: '30s',
    description: 'Batches that a writer took and did not store for this long are taken over'
  }),
  MAX_UNPACKED: Bytes({
    default: `${LIMITS.unpackedBytes / 1024 ** 2}MiB`,
    description: 'A body after decompression, as at the gateway'
  })
})
export type WriterSettings = Static<typeof WriterSettings>

export const keepOf = (settings: Static<typeof KeepSettings>): Keep => ({
  ages: {
    frames: settings.KEEP_RAW,
    frames_1m: settings.KEEP_1M,
    frames_1h: settings.KEEP_1H,
    log_blocks: settings.KEEP_LOGS
  },
  maxDisk: settings.MAX_DISK
})
