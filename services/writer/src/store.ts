/** Stores one bulk of batches in one transaction: this is where "acknowledged means stored" is kept. */
import { type PartitionKeeper, type Pool, transaction } from '@miniobserv/db'
import type { Logger } from '@miniobserv/service'
import {
  type Delivery,
  decodeLogs,
  decodeMetrics,
  type Entry,
  EntryError,
  type Refused,
  STREAMS
} from '@miniobserv/stream'
import type { Redis } from 'ioredis'
import type { Catalogue } from './catalogue.ts'
import { isOfTheData, lacksPartition } from './faults.ts'
import { addFrames, insertFrames, noFrames } from './frames.ts'
import { markSeen, noteSeen, type Seen } from './hosts.ts'
import { type Block, blocksOf, insertBlocks } from './log-blocks.ts'
import type { SourceNotes } from './log-sources.ts'
import type { Twins } from './twins.ts'
import type { Vocabulary } from './vocabulary.ts'

export interface Writing {
  db: Pool
  redis: Redis
  log: Logger
  partitions: PartitionKeeper
  catalogue: Catalogue
  twins: Twins
  sources: SourceNotes
  vocabulary: Vocabulary
  /** Bytes of a body after decompression. */
  limit: number
}

export interface Stored {
  frames: number
  lines: number
  /** Batches of hosts under whose name two agents send. */
  twins: number
  refused: Refused[]
}

/**
 * Returns after the commit. Storing the same bulk again changes nothing: the keys of both tables see to that. A batch
 * that the database refuses for a reason of its own is found by halving; the rest of the bulk is stored.
 *
 * @throws what the database or Redis throws when it cannot store now; what was not stored yet comes again
 */
export async function storeBulk(writing: Writing, bulk: readonly Delivery[]): Promise<Stored> {
  try {
    return await storeTogether(writing, bulk)
  } catch (error) {
    const [only, another] = bulk
    if (!isOfTheData(error) || !only) throw error
    if (!another)
      return {
        frames: 0,
        lines: 0,
        twins: 0,
        refused: [{ delivery: only, reason: (error as Error).message }]
      }
    const middle = Math.ceil(bulk.length / 2)
    const first = await storeBulk(writing, bulk.slice(0, middle))
    const second = await storeBulk(writing, bulk.slice(middle))
    return {
      frames: first.frames + second.frames,
      lines: first.lines + second.lines,
      twins: first.twins + second.twins,
      refused: [...first.refused, ...second.refused]
    }
  }
}

async function storeTogether(writing: Writing, bulk: readonly Delivery[]): Promise<Stored> {
  const { db, partitions, catalogue, sources, vocabulary } = writing
  const hostIds = await catalogue.hosts(bulk.map(({ entry }) => entry))
  const frames = noFrames()
  const blocks: Block[] = []
  const seen: Seen = new Map()
  const refused: Refused[] = []
  let twins = 0

  for (const delivery of bulk) {
    const { stream, entry } = delivery
    const twin = noteTwins(writing, entry)
    if (twin) twins++
    const hostId = hostIds.get(entry.host) as number
    try {
      if (stream === STREAMS.metrics) {
        const { points, info, labels, layout } = await decodeMetrics(writing, entry)
        const { id, clockColumn } = await catalogue.layout(layout)
        addFrames(frames, hostId, id, points)
        const clockOffset = points.at(-1)?.[clockColumn] ?? undefined
        noteSeen(seen, hostId, { at: entry.at, info, labels, clockOffset, twins: twin })
      } else {
        blocks.push(...blocksOf(hostId, entry.batch, await decodeLogs(writing, entry)))
        noteSeen(seen, hostId, { at: entry.at, twins: twin })
      }
    } catch (error) {
      if (!(error instanceof EntryError)) throw error
      refused.push({ delivery, reason: error.message })
    }
  }

  await partitions.ensure([...frames.times, ...blocks.map(({ time }) => time)])
  await vocabulary.learn(db, blocks)
  await transaction(db, async (client) => {
    await insertFrames(client, frames)
    await insertBlocks(client, blocks)
    await sources.note(client, blocks)
  }).catch((error: unknown) => {
    if (lacksPartition(error)) partitions.forget()
    throw error
  })
  await markSeen(db, seen)
  const lines = blocks.reduce((sum, { messages }) => sum + messages.length, 0)
  return { frames: frames.times.length, lines, twins, refused }
}

function noteTwins({ twins, log }: Writing, { host, agent, at }: Entry): boolean {
  if (agent === undefined || !twins.note(host, agent, at)) return false
  if (twins.worthTelling(host, at)) {
    log.warn({ host }, `two agents send as ${host}: give one of them another name with HOST_NAME`)
  }
  return true
}
