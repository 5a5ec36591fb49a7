/** A batch of log lines becomes rows: one for every few hundred lines of an hour. */
import { type PoolClient, storableJson, storableText } from '@miniobserv/db'
import { LEVELS, type LogLine, readStructured } from '@miniobserv/protocol'
import { termsOf } from './block-terms.ts'
import { textArray } from './text-array.ts'

export interface Block {
  /** The newest line's time and the oldest's, epoch ms; less than an hour apart. */
  time: number
  minTime: number
  hostId: number
  batch: string
  /** Its first line's place among the lines of its batch and hour. */
  firstLine: number
  /** Epoch ms. */
  times: number[]
  levels: string[]
  sources: string[]
  messages: string[]
  /** JSON beside the messages, '' for none; null where no line has any. */
  attributes: string[] | null
  /** What readers find it by: hashes of its words and of the values of its attributes. */
  terms: number[]
  words: ReadonlySet<string>
  /** Between these lie all times of its batch, as sent and as read from the lines, epoch ms. */
  reach: readonly [from: number, to: number]
}

const HOUR = 3_600_000

/**
 * What one block holds at most: see DECISIONS.md for other sizes. Few enough that the trigrams of random ids still
 * tell blocks apart, and that looking into one costs little; the compression of PostgreSQL gains nothing from more.
 */
const MOST_LINES = 250
const MOST_CHARACTERS = 128 * 1024

const LEVEL_PLACES = new Map<string, number>(LEVELS.map((level, place) => [level, place + 1]))

/**
 * Reads lines that are JSON, and splits the batch by the hour, so that a block never spans more: a search by time then
 * needs to look no further than an hour past its end. Lines keep their order, and the same batch is always split the
 * same way: `(batch, time, first line)` is a key.
 */
export function blocksOf(
  hostId: number,
  batch: string,
  lines: readonly LogLine[],
  mostLines = MOST_LINES
): Block[] {
  if (lines.length === 0) return []
  const read = lines.map(readStructured)
  const reach = rangeOf([...read, ...lines].map(({ time }) => time))
  const blocks: Block[] = []
  for (const inHour of Map.groupBy(read, ({ time }) => Math.floor(time / HOUR)).values()) {
    for (let start = 0, end = 0; start < inHour.length; start = end) {
      let characters = 0
      do {
        characters += sizeOf(inHour[end] as LogLine)
        end++
      } while (end < inHour.length && end - start < mostLines && characters < MOST_CHARACTERS)
      const part = inHour.slice(start, end)
      const times = part.map(({ time }) => time)
      const [minTime, time] = rangeOf(times)
      const attributes = part.map(({ attributes: members }) => {
        for (const _ in members) return storableJson(members)
        return ''
      })
      const messages = part.map(({ message }) => storableText(message))
      blocks.push({
        ...{ time, minTime, hostId, batch, firstLine: start, times, messages, reach },
        ...termsOf(
          [...messages, ...attributes],
          part.map(({ attributes: members }) => members)
        ),
        levels: part.map(({ level }) => level ?? ''),
        sources: part.map(({ source }) => storableText(source)),
        attributes: attributes.some((text) => text !== '') ? attributes : null
      })
    }
  }
  return blocks
}

/** Attributes come from the message, or are few: the count is the message's as it was sent, about. */
const sizeOf = ({ message, attributes }: LogLine): number =>
  message.length + (attributes ? 20 * Object.keys(attributes).length : 0)

function rangeOf(times: readonly number[]): readonly [number, number] {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const time of times) {
    if (time < least) least = time
    if (time > most) most = time
  }
  return [least, most]
}

/** Far below the 65,535 parameters of a statement. */
const AT_ONCE = 500

/**
 * Stores the blocks of batches that are not there yet; a batch is there whole or not at all, however an earlier version
 * may have split it.
 */
export async function insertBlocks(client: PoolClient, blocks: readonly Block[]): Promise<void> {
  const there = await storedBatches(client, blocks)
  const missing = blocks.filter(({ batch, hostId }) => !there.has(`${hostId} ${batch.toLowerCase()}`))
  for (let start = 0; start < missing.length; start += AT_ONCE) {
    await insertSome(client, missing.slice(start, start + AT_ONCE))
  }
}

async function storedBatches(client: PoolClient, blocks: readonly Block[]): Promise<Set<string>> {
  if (blocks.length === 0) return new Set()
  const [from, to] = rangeOf(blocks.flatMap(({ reach }) => reach))
  const { rows } = await client.query<{ batch: string; host_id: number }>(
    'select batch, host_id from log_blocks where batch = any($1) and time >= $2 and time <= $3',
    [[...new Set(blocks.map(({ batch }) => batch))], new Date(from), new Date(to)]
  )
  return new Set(rows.map(({ batch, host_id }) => `${host_id} ${batch}`))
}

const COLUMNS = [
  ...['time', 'min_time', 'host_id', 'batch', 'first_line', 'times', 'levels', 'sources', 'messages'],
  ...['attributes', 'level_counts', 'terms']
]

async function insertSome(client: PoolClient, blocks: readonly Block[]): Promise<void> {
  const rows = blocks.map((_, row) => {
    const places = COLUMNS.map((_, column) => `$${row * COLUMNS.length + column + 1}`)
    return `(${places.join(', ')})`
  })
  const values = blocks.flatMap((block) => [
    new Date(block.time).toISOString(),
    new Date(block.minTime).toISOString(),
    block.hostId,
    block.batch,
    block.firstLine,
    textArray(block.times.map((time) => new Date(time).toISOString())),
    textArray(block.levels),
    textArray(block.sources),
    textArray(block.messages),
    block.attributes && textArray(block.attributes),
    `{${countLevels(block.levels)}}`,
    `{${block.terms}}`
  ])
  await client.query(
    `insert into log_blocks (${COLUMNS.join(', ')}) values ${rows.join(', ')} on conflict do nothing`,
    values
  )
}

/** In the order of `level_counts`: lines without a level first, then the levels from least severe. */
function countLevels(levels: readonly string[]): number[] {
  const counts = new Array<number>(LEVELS.length + 1).fill(0)
  for (const level of levels) {
    const place = LEVEL_PLACES.get(level) ?? 0
    counts[place] = (counts[place] ?? 0) + 1
  }
  return counts
}
