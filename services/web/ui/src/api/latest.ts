/** Asks for the newest values of all hosts: a list of hosts needs no more. */
import type { LatestAnswer } from '@miniobserv/protocol'
import type { MetricName } from './api.ts'
import { request } from './client.ts'

export type LatestValue = LatestAnswer['values'][number]

/** @param labels only series with these */
export async function latestValues(
  metrics: readonly MetricName[],
  labels: Record<string, string>,
  signal: AbortSignal
): Promise<LatestValue[]> {
  const query = new URLSearchParams(labels)
  for (const metric of metrics) query.append('metric', metric)
  return (await request<LatestAnswer>('latest', { query, signal })).values
}
