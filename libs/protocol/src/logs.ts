/** `POST /api/v1/logs`: one batch is some lines of one host. */
import Type, { type Static } from 'typebox'
import { BatchId, HostName } from './metrics.ts'

/** From least to most severe; a line whose level nobody could tell has none. */
export const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const
export const Level = Type.Enum([...LEVELS])
export type Level = (typeof LEVELS)[number]

export const LogLine = Type.Object({
  time: Type.Integer({ description: 'Epoch ms.' }),
  source: Type.String({ maxLength: 1000, description: 'Where it was read, for example /var/log/syslog' }),
  level: Type.Optional(Level),
  message: Type.String({ description: 'Without the line end; at most 64 KiB of UTF-8.' }),
  attributes: Type.Optional(Type.Record(Type.String({ maxLength: 200 }), Type.Unknown()))
})
export type LogLine = Static<typeof LogLine>

export const LogsBatch = Type.Object({
  batch: Type.Optional(BatchId),
  host: HostName,
  lines: Type.Array(LogLine)
})
export type LogsBatch = Static<typeof LogsBatch>

export const LogsAccepted = Type.Object({
  accepted: Type.Integer({ description: 'Lines taken.' }),
  now: Type.Integer({ description: "The gateway's clock, epoch ms." })
})
export type LogsAccepted = Static<typeof LogsAccepted>
