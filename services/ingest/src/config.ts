/** The gateway's settings. */
import { LIMITS } from '@miniobserv/protocol'
import { Bytes, Duration, Secret } from '@miniobserv/settings'
import Type, { type Static } from 'typebox'

const mebibytes = (bytes: number): string => `${bytes / 1024 ** 2}MiB`

export const IngestSettings = Type.Object({
  AGENT_TOKEN: Secret({
    description: "Signs agents' tokens; several, comma-separated, to rotate without a gap"
  }),
  MAX_BODY: Bytes({ default: mebibytes(LIMITS.bodyBytes), description: 'A body as sent' }),
  MAX_UNPACKED: Bytes({
    default: mebibytes(LIMITS.unpackedBytes),
    description: 'A body after decompression'
  }),
  MAX_SERIES: Type.Integer({ default: LIMITS.series, minimum: 1, description: 'Series in a batch' }),
  MAX_POINTS: Type.Integer({ default: LIMITS.points, minimum: 1, description: 'Points in a batch' }),
  MAX_LINES: Type.Integer({ default: LIMITS.lines, minimum: 1, description: 'Log lines in a batch' }),
  MAX_LINE: Bytes({ default: `${LIMITS.lineBytes / 1024}KiB`, description: 'A log message' }),
  MAX_AHEAD: Duration({ default: '10m', description: "How far ahead of this clock a sample's time may lie" }),
  MAX_BACKLOG: Type.Integer({
    default: 2_000_000,
    minimum: 1,
    description:
      'Entries of the streams, of 1 to 64 batches, that may wait for the writers; beyond it agents are told to come back later'
  }),
  MAX_REDIS_MEMORY: Bytes({
    default: '2GiB',
    description:
      'What Redis may use before agents are told to come back later; 85 % of its maxmemory if that is less'
  }),
  RETRY_AFTER: Duration({ default: '5s', description: 'When they are told to come back, about' }),
  HOST_RATE: Type.Integer({
    default: 1200,
    minimum: 1,
    description: 'Requests a minute that one host may make at one gateway'
  }),
  MAX_PAST: Duration({ default: '400d', description: "How old a sample's time may be" })
})
export type IngestSettings = Static<typeof IngestSettings>
