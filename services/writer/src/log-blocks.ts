/** One batch of log lines is one row, or one for each hour that it touches. */
import type { PoolClient } from '@miniobserv/db'
import type { LogLine } from '@miniobserv/protocol'
import { storableJson, storableText } from './literal.ts'

export interface Block {
  /** The newest line's time and the oldest's, epoch ms; less than an hour apart. */
  time: number
  minTime: number
  hostId: number
  batch: string
  times: string[]
  levels: string[]
  sources: string[]
  messages: string[]
  /** A JSON array beside the messages, or null where no line has attributes. */
  attributes: string | null
}

const HOUR = 3_600_000

/**
 * Splits a batch by the hour, so that a block never spans more: a search by time then needs to look no further than
 * an hour past its end. Lines keep their order. The same batch is always split the same way, and no two of its blocks
 * have the same newest time, so that `(batch, time)` is a key.
 */
export function blocksOf(hostId: number, batch: string, lines: readonly LogLine[]): Block[] {
  const hours = Map.groupBy(lines, ({ time }) => Math.floor(time / HOUR))
  return [...hours.values()].map((inHour) => {
    const times = inHour.map(({ time }) => time)
    const bare = inHour.every(
      ({ attributes }) => attributes === undefined || Object.keys(attributes).length === 0
    )
    return {
      time: times.reduce((a, b) => Math.max(a, b)),
      minTime: times.reduce((a, b) => Math.min(a, b)),
      hostId,
      batch,
      times: times.map((time) => new Date(time).toISOString()),
      levels: inHour.map(({ level }) => level ?? ''),
      sources: inHour.map(({ source }) => storableText(source)),
      messages: inHour.map(({ message }) => storableText(message)),
      attributes: bare ? null : storableJson(inHour.map(({ attributes }) => attributes ?? {}))
    }
  })
}

const COLUMNS = 9

export async function insertBlocks(client: PoolClient, blocks: readonly Block[]): Promise<void> {
  if (blocks.length === 0) return
  const rows = blocks.map((_, row) => {
    const places = Array.from({ length: COLUMNS }, (_, column) => `$${row * COLUMNS + column + 1}`)
    return `(${places.join(', ')})`
  })
  const values = blocks.flatMap((block) => [
    new Date(block.time).toISOString(),
    new Date(block.minTime).toISOString(),
    block.hostId,
    block.batch,
    block.times,
    block.levels,
    block.sources,
    block.messages,
    block.attributes
  ])
  await client.query(
    `insert into log_blocks (time, min_time, host_id, batch, times, levels, sources, messages, attributes)
     values ${rows.join(', ')} on conflict do nothing`,
    values
  )
}
