/** Cuts batches: what was collected becomes the bytes of one request, under an id that makes retrying it harmless. */
import type { HostInfo, Labels, LogLine, LogsBatch, MetricsBatch } from '@miniobserv/protocol'
import { uuidv7 } from 'uuidv7'
import type { SeriesList } from './collect/index.ts'
import type { Points } from './frames.ts'
import { pack, unpack } from './pack.ts'

export type Kind = 'metrics' | 'logs'

/** One request. Its id and bytes stay the same over all retries. */
export interface Batch {
  readonly kind: Kind
  /** JSON, gzipped where it is worth it. */
  body: Uint8Array
  /** Points or lines. */
  readonly count: number
  /** Of metrics: what the columns are. */
  readonly list?: SeriesList
}

export interface Host {
  name: string
  info: HostInfo
  /** As people have set them. */
  labels: Labels
}

/** @param layout what the gateway calls `list`; undefined as long as it has not said so */
export function cutMetrics(host: Host, { list, points }: Points, layout: string | undefined): Batch {
  const columns = layout === undefined ? described(host, list) : { layout }
  const body: MetricsBatch = { batch: uuidv7(), host: host.name, ...columns, points }
  return { kind: 'metrics', body: pack(body), count: points.length, list }
}

export function cutLogs(host: Host, lines: LogLine[]): Batch {
  const body: LogsBatch = { batch: uuidv7(), host: host.name, lines }
  return { kind: 'logs', body: pack(body), count: lines.length }
}

/** A batch without points: asks for the gateway's clock, and leaves nothing behind. */
export function cutEmpty(host: Host): Batch {
  const body: MetricsBatch = { batch: uuidv7(), host: host.name, series: [], points: [] }
  return { kind: 'metrics', body: pack(body), count: 0 }
}

/** The same points under the same id, with `series` instead of a layout that the gateway does not know. */
export function withSeries(host: Host, batch: Batch): Uint8Array {
  if (!batch.list) return batch.body
  const { layout: _, points, ...body } = unpack(batch.body) as MetricsBatch
  return pack({ ...body, ...described(host, batch.list), points })
}

const described = (host: Host, list: SeriesList) => ({
  info: host.info,
  labels: host.labels,
  series: list.series
})
