/** Lines as they come, in the form in which a search finds them once they are stored. */
import { storableJson, storableText } from '@miniobserv/db'
import { folded, type LineInHand } from '@miniobserv/log-search'
import { readStructured } from '@miniobserv/protocol'
import { decodeLogs, type Entry } from '@miniobserv/stream'
import type { Redis } from 'ioredis'
import type { LineRow } from '../lines.ts'

const HOUR = 3_600_000

/** What the searches of all who look on ask of a line; each answer is made once. */
export class LiveLine implements LineInHand {
  readonly row: LineRow
  #message: string | undefined
  #attributes: string | undefined
  #source: string | undefined

  constructor(row: LineRow) {
    this.row = row
  }

  get message(): string {
    this.#message ??= folded(this.row.message)
    return this.#message
  }

  get attributes(): string {
    this.#attributes ??= folded(this.row.attributes ?? '')
    return this.#attributes
  }

  get source(): string {
    this.#source ??= folded(this.row.source)
    return this.#source
  }
}

/**
 * The writer makes the same of a batch: a line's id is its batch, its time and its place among the lines of its hour.
 *
 * @throws {EntryError}
 */
export async function readLines(source: { redis: Redis; limit: number }, entry: Entry): Promise<LiveLine[]> {
  const counts = new Map<number, number>()
  return (await decodeLogs(source, entry)).map((sent) => {
    const { time, source, level = '', message, attributes } = readStructured(sent)
    const hour = Math.floor(time / HOUR)
    const place = (counts.get(hour) ?? 0) + 1
    counts.set(hour, place)
    const any = attributes && Object.keys(attributes).length > 0
    return new LiveLine({
      ...{ time, batch: entry.batch, place, host: entry.host, level },
      source: storableText(source),
      message: storableText(message),
      attributes: any ? storableJson(attributes) : null
    })
  })
}
