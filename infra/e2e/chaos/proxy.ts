/** A load balancer that also breaks things: passes TCP on to the gateways that answer, and cuts connections. */

import type { AddressInfo } from 'node:net'
import { createServer, connect as open, type Server, type Socket } from 'node:net'
import type { Random } from './random.ts'

export interface ChaosProxy {
  url: string
  /** Dooms up to `count` connections: each breaks in the middle of what it next sends or gets. @returns how many */
  cut(count: number, random: Random): number
  close(): Promise<void>
}

/** What a connection may still pass on one way before it breaks, bytes. */
interface Doom {
  way: 'request' | 'answer'
  left: number
}

interface Line {
  client: Socket
  gateway: Socket
  doom?: Doom
}

/** A request is at most a few kilobytes, an answer a few hundred bytes: some cuts fall behind either. */
const LONGEST = { request: 2_500, answer: 500 }

/** @param ports of the gateways, in any order, asked for at every new connection */
export async function startProxy(ports: () => number[]): Promise<ChaosProxy> {
  const lines = new Set<Line>()
  let turn = 0

  async function take(client: Socket): Promise<void> {
    client.on('error', () => undefined)
    const candidates = ports()
    for (let i = 0; i < candidates.length; i++) {
      const gateway = await reach(candidates[turn++ % candidates.length] as number)
      if (!gateway) continue
      if (client.destroyed) return void gateway.destroy()
      return join(client, gateway)
    }
    client.resetAndDestroy()
  }

  function join(client: Socket, gateway: Socket): void {
    const line: Line = { client, gateway }
    lines.add(line)
    const end = () => {
      lines.delete(line)
      client.destroy()
      gateway.destroy()
    }
    for (const socket of [client, gateway]) socket.on('error', end).on('close', end)
    client.on('data', (chunk) => pass(line, 'request', chunk))
    gateway.on('data', (chunk) => pass(line, 'answer', chunk))
  }

  const server = createServer((client) => void take(client))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut(count, random) {
      const healthy = [...lines].filter(({ doom }) => !doom)
      const cut = Math.min(count, healthy.length)
      for (let i = 0; i < cut; i++) {
        const way = random.next() < 0.5 ? 'request' : 'answer'
        const [line] = healthy.splice(random.below(healthy.length), 1)
        if (line) line.doom = { way, left: random.below(LONGEST[way]) }
      }
      return cut
    },
    close: () => closeAll(server, lines)
  }
}

function reach(port: number): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = open({ port, host: '127.0.0.1' })
    socket.setNoDelay(true)
    socket.once('connect', () => resolve(socket))
    socket.once('error', () => resolve(undefined))
  })
}

function pass({ client, gateway, doom }: Line, way: Doom['way'], chunk: Buffer): void {
  const to = way === 'request' ? gateway : client
  if (doom?.way !== way) return void to.write(chunk)
  if (doom.left > chunk.length) {
    doom.left -= chunk.length
    return void to.write(chunk)
  }
  // What comes before the cut still arrives; then both ends see a reset.
  to.write(chunk.subarray(0, doom.left), () => {
    client.resetAndDestroy()
    gateway.resetAndDestroy()
  })
  doom.left = 0
}

function closeAll(server: Server, lines: Set<Line>): Promise<void> {
  for (const { client, gateway } of lines) {
    client.destroy()
    gateway.destroy()
  }
  return new Promise((resolve) => server.close(() => resolve()))
}
