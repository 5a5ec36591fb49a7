/** From a stream entry back to what the agent meant; the gateway has checked all of it before. */
import type { HostInfo, Labels, LogLine, LogsBatch, MetricsBatch, Point } from '@miniobserv/protocol'
import type { Redis } from 'ioredis'
import { type Entry, EntryError } from './codec.ts'
import { type Layout, layoutKey, layoutOf } from './layout.ts'
import { unpack } from './unpack.ts'

interface Source {
  redis: Redis
  /** Bytes of a body after decompression. */
  limit: number
}

/** What a layout is called, and its canonical list: asked for only where the database does not know the name. */
export interface LayoutSource {
  hash: string
  canonical(): Promise<string>
}

export interface DecodedMetrics {
  points: Point[]
  info: HostInfo | undefined
  labels: Labels | undefined
  layout: LayoutSource
}

/** @throws {EntryError} where the body is not what a gateway lets through */
export async function decodeMetrics({ redis, limit }: Source, entry: Entry): Promise<DecodedMetrics> {
  const { series, layout: hash = '', points, info, labels } = (await parse(entry, limit)) as MetricsBatch
  if (series) {
    const { hash, canonical }: Layout = layoutOf(series)
    return { points, info, labels, layout: { hash, canonical: async () => canonical } }
  }
  const canonical = async (): Promise<string> => {
    const found = await redis.get(layoutKey(hash))
    if (found === null) throw new EntryError(`the layout ${hash} is neither in the database nor in Redis`)
    return found
  }
  return { points, info, labels, layout: { hash, canonical } }
}

/** @throws {EntryError} where the body is not what a gateway lets through */
export async function decodeLogs({ limit }: Source, entry: Entry): Promise<LogLine[]> {
  return ((await parse(entry, limit)) as LogsBatch).lines
}

async function parse({ encoding, body }: Entry, limit: number): Promise<unknown> {
  try {
    return JSON.parse((await unpack(encoding, body, limit)).toString('utf8'))
  } catch (error) {
    throw new EntryError(`the body cannot be read: ${(error as Error).message}`)
  }
}
