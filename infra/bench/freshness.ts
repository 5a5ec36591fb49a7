/** How long it takes from a POST to a row that a query finds: asked again and again, beside the load. */
import { performance } from 'node:perf_hooks'
import type { Pool } from '@miniobserv/db'
import { post, thirdPartyToken } from '../testkit/third-party.ts'
import { pause } from './benchmark.ts'

export interface Freshness {
  /** ms, sorted. */
  stop(): Promise<number[]>
}

const HOST = 'bench-probe'
const BETWEEN_MS = 150
const LOOK_EVERY_MS = 5

export function watchFreshness(url: string, secret: string, db: Pool): Freshness {
  const stopping = new AbortController()
  const { signal } = stopping
  const took: number[] = []

  async function probe(): Promise<void> {
    const time = Date.now()
    const began = performance.now()
    const token = thirdPartyToken(HOST, { secret })
    const body = { host: HOST, series: [{ name: 'bench.probe' }], points: [[time, 1]] }
    const { status } = await post(`${url}/api/v1/metrics`, body, { token })
    if (status !== 202) throw new Error(`the probe was answered ${status}`)
    const query = {
      name: 'probe',
      text: 'select from frames f join hosts h on h.id = f.host_id where h.name = $1 and f.time = $2',
      values: [HOST, new Date(time)]
    }
    while ((await db.query(query)).rowCount === 0) await pause(LOOK_EVERY_MS, signal)
    took.push(performance.now() - began)
  }

  async function run(): Promise<void> {
    for (; !signal.aborted; await pause(BETWEEN_MS, signal)) await probe()
  }

  const running = run()
  running.catch(() => undefined) // told by stop
  return {
    async stop() {
      stopping.abort()
      await running
      return took.sort((a, b) => a - b)
    }
  }
}

/** @param sorted ascending */
export const quantile = (sorted: readonly number[], part: number): number =>
  sorted[Math.floor((sorted.length - 1) * part)] ?? Number.NaN
