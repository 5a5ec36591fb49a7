/** Cuts batches: what was collected becomes the bytes of one request, under an id that makes retrying it harmless. */
import { gunzipSync, gzipSync } from 'node:zlib'
import type { HostInfo, LogLine, LogsBatch, MetricsBatch } from '@miniobserv/protocol'
import { uuidv7 } from 'uuidv7'
import type { Frame, SeriesList } from './collect/index.ts'

export type Kind = 'metrics' | 'logs'

/** One request. Its id and bytes stay the same over all retries. */
export interface Batch {
  readonly kind: Kind
  /** JSON, gzipped. */
  body: Uint8Array
  /** Of metrics: what the columns are. */
  readonly list?: SeriesList
  /** Monotonic ms; not sent before. */
  readonly notBefore: number
  /** On its way right now: must not be dropped. */
  sending: boolean
}

export interface Host {
  name: string
  info: HostInfo
}

/** @param layout what the gateway calls `frame.list`; undefined as long as it has not said so */
export function cutMetrics(
  host: Host,
  frame: Frame,
  time: number,
  layout: string | undefined,
  notBefore: number
): Batch {
  const columns = layout === undefined ? described(host, frame.list) : { layout }
  const body: MetricsBatch = {
    batch: uuidv7(),
    host: host.name,
    ...columns,
    points: [[time, ...frame.values]]
  }
  return { kind: 'metrics', body: packed(body), list: frame.list, notBefore, sending: false }
}

export function cutLogs(host: Host, lines: LogLine[]): Batch {
  const body: LogsBatch = { batch: uuidv7(), host: host.name, lines }
  return { kind: 'logs', body: packed(body), notBefore: 0, sending: false }
}

/** A batch without points: asks for the gateway's clock, and leaves nothing behind. */
export function cutEmpty(host: Host): Batch {
  const body: MetricsBatch = { batch: uuidv7(), host: host.name, series: [], points: [] }
  return { kind: 'metrics', body: packed(body), notBefore: 0, sending: false }
}

/** The same points under the same id, with `series` instead of a layout that the gateway does not know. */
export function withSeries(host: Host, batch: Batch): Uint8Array {
  const { layout: _, points, ...body } = unpacked<MetricsBatch>(batch)
  return batch.list ? packed({ ...body, ...described(host, batch.list), points }) : batch.body
}

/** The same with every time moved by `offset` ms: for what was cut, and not sent, before the gateway told its clock. */
export function moved(batch: Batch, offset: number): Uint8Array {
  if (batch.kind === 'metrics') {
    const body = unpacked<MetricsBatch>(batch)
    return packed({ ...body, points: body.points.map(([time, ...values]) => [time + offset, ...values]) })
  }
  const body = unpacked<LogsBatch>(batch)
  return packed({ ...body, lines: body.lines.map((line) => ({ ...line, time: line.time + offset })) })
}

const described = (host: Host, list: SeriesList) => ({ info: host.info, series: list.series })
const packed = (body: object): Uint8Array => gzipSync(JSON.stringify(body))
const unpacked = <T>(batch: Batch): T => JSON.parse(gunzipSync(batch.body).toString()) as T
