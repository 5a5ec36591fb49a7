/** Samples of a few hosts, as agents would have sent them in the last minutes, for the tests that use a page in a browser. */
import { randomUUID } from 'node:crypto'
import { METRICS } from '@miniobserv/protocol'
import { expect } from 'vitest'
import { eventually, post, type TestServer, thirdPartyToken } from '../../testkit/index.ts'

const [SECOND, MINUTE] = [1_000, 60_000]
const POINTS = 60

const SERIES = [
  ...['user', 'system', 'idle'].map((mode) => ({
    ...METRICS.cpuUtilization,
    labels: { 'cpu.mode': mode }
  })),
  { ...METRICS.memoryUtilization },
  { ...METRICS.networkIo, labels: { 'network.interface.name': 'eth0', 'network.io.direction': 'receive' } }
]

/** @returns once all of it can be read */
export async function sendSamples(server: TestServer, hosts: readonly string[]): Promise<void> {
  const now = Date.now() - 10 * SECOND
  for (const [i, host] of hosts.entries()) {
    const points = Array.from({ length: POINTS }, (_, n) => {
      const user = 0.1 * (i + 1)
      return [
        now - (POINTS - 1 - n) * 10 * SECOND,
        user,
        0.05,
        0.95 - user,
        0.2 * (i + 1),
        1_000_000 * (i + 1)
      ]
    })
    const body = { batch: randomUUID(), host, series: SERIES, points }
    const answer = await post(`${server.url}/api/v1/metrics`, body, { token: thirdPartyToken(host) })
    expect(answer.status).toBe(202)
  }
  const from = now - POINTS * 10 * SECOND - MINUTE
  await eventually(async () => {
    const { body } = await server.get(
      `/api/v1/query?metric=${METRICS.memoryUtilization.name}&from=${from}&by=host`
    )
    expect(body.series).toHaveLength(hosts.length)
  })
}

/** What a host says of its memory now. */
export async function sendMemory(server: TestServer, host: string, taken: number): Promise<void> {
  const body = {
    batch: randomUUID(),
    host,
    series: [METRICS.memoryUtilization],
    points: [[Date.now(), taken]]
  }
  const answer = await post(`${server.url}/api/v1/metrics`, body, { token: thirdPartyToken(host) })
  expect(answer.status).toBe(202)
}
