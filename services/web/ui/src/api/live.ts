/** What the pages look on at live: the addresses of the query service's streams of events. */
import type { Level, LiveLines, LiveSamples } from '@miniobserv/protocol'

/** `Data` is what comes with each of its events. */
export interface LiveQuestion<Data> {
  path: string
  event: string
  query: URLSearchParams
  /** Says which type `Data` is; never there. */
  data?: Data
}

export interface LiveLinesQuestion {
  q?: string
  host?: string
  source?: string
  levels?: readonly Level[]
}

/** Lines that fit a search, as they come. */
export function liveLines({ q, host, source, levels }: LiveLinesQuestion): LiveQuestion<LiveLines> {
  const query = new URLSearchParams()
  if (q) query.set('q', q)
  if (host) query.set('host', host)
  if (source) query.set('source', source)
  for (const level of levels ?? []) query.append('level', level)
  return { path: 'logs', event: 'lines', query }
}

export interface LiveSample {
  host: string
  metric: string
  labels: Record<string, string>
  /** Epoch ms. */
  time: number
  value: number
}

/** The samples of one event, one by one. */
export function* eachSample({ series }: LiveSamples): Iterable<LiveSample> {
  for (const { metric, labels, values } of series)
    for (const [host, time, value] of values) yield { host, metric, labels, time, value }
}

export interface LiveSamplesQuestion {
  metrics: readonly string[]
  /** None means all. */
  hosts?: readonly string[]
  /** Only series with these labels. */
  labels?: Record<string, string>
}

/** Once a second the newest value of each host and series that sent something. */
export function liveSamples({ metrics, hosts, labels }: LiveSamplesQuestion): LiveQuestion<LiveSamples> {
  const query = new URLSearchParams(labels)
  for (const metric of metrics) query.append('metric', metric)
  for (const host of hosts ?? []) query.append('host', host)
  return { path: 'metrics', event: 'samples', query }
}
