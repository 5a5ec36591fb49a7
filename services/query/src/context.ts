/** The lines around one line, as its file has them. */
import type { Reading } from '@miniobserv/db'
import type { FoundLine } from '@miniobserv/protocol'
import { findLines, type Place } from './lines.ts'

export interface ContextQuery {
  place: Place
  /** How many lines before it and after it. */
  before: number
  after: number
  /** Only lines of its source; else of all sources of its host. */
  sameSource: boolean
}

const ID = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(\d{1,15})\.(\d{1,9})$/
const DAY = 86_400_000

/** @returns where the line of this id stands, or undefined where it is no id */
export function placeOf(id: string): Place | undefined {
  const [, batch, time, place] = ID.exec(id) ?? []
  return batch && time && place ? [Number(time), batch, Number(place)] : undefined
}

/**
 * Looks a day back and a day ahead: farther away is no context.
 *
 * @returns lines of the same host in the order in which they were written, and which of them was asked for; undefined
 *   where there is no such line
 */
export async function findContext(
  reading: Reading,
  { place, before, after, sameSource }: ContextQuery
): Promise<{ lines: FoundLine[]; place: number } | undefined> {
  const [time, batch, line] = place
  const { rows } = await reading.query<{ host_id: number; source: string }>(
    `select host_id, sources[$3 - first_line] as source from log_blocks
     where batch = $2 and time >= $1 and time < $1 + interval '1 hour'
       and first_line < $3 and first_line + cardinality(times) >= $3 and times[$3 - first_line] = $1`,
    [new Date(time), batch, line]
  )
  const [found] = rows
  if (!found) return undefined
  const around = {
    terms: [],
    hashes: new Map(),
    hosts: [found.host_id],
    sources: sameSource ? [found.source] : undefined,
    levels: undefined
  }
  const older = { ...around, from: time - DAY, to: time + 1, direction: 'older' as const, limit: before + 1 }
  // The line itself is the newest of those that come before the place after it.
  const past = await findLines(reading, { ...older, after: [time, batch, line + 1] })
  const newer = { ...around, from: time, to: time + DAY, direction: 'newer' as const, limit: after }
  const next = after === 0 ? { lines: [] } : await findLines(reading, { ...newer, after: place })
  return { lines: [...past.lines.reverse(), ...next.lines], place: past.lines.length - 1 }
}
