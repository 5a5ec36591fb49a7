/** Which layouts this gateway may take references to: its own memory first, then what all gateways share in Redis. */
import { LAYOUT_LIFE, type Layout, layoutKey } from '@miniobserv/stream'
import type { Redis } from 'ioredis'

export interface GatewayLayouts {
  /** How many values a point of this layout has; undefined where nobody knows the layout. */
  width(hash: string, now: number): Promise<number | undefined>
  /** Whether this gateway has put it into Redis just now. */
  wasPut(hash: string, now: number): boolean
  /** To be called after Redis has acknowledged it. */
  remember(layout: Layout, width: number, now: number): void
}

/** For so long, in ms, memory alone is believed; then Redis is asked again, which also extends the layout's life there. */
const TRUST = 60_000

/** When thousands of hosts come back they bring few layouts: Redis gets each once in so many ms, in case it has lost it. */
const PUT_EVERY = 1_000

/** Layouts in memory at most; ten thousand hosts share far fewer. */
const REMEMBERED = 20_000

interface Known {
  width: number
  /** Epoch ms. */
  until: number
  putAt: number
}

export function gatewayLayouts(redis: Redis): GatewayLayouts {
  const memory = new Map<string, Known>()

  function keep(hash: string, known: Known): void {
    memory.delete(hash)
    if (memory.size >= REMEMBERED) memory.delete(memory.keys().next().value as string)
    memory.set(hash, known)
  }

  return {
    async width(hash, now) {
      const found = memory.get(hash)
      if (found && found.until > now) return found.width
      const canonical = await redis.getex(layoutKey(hash), 'EX', LAYOUT_LIFE)
      if (canonical === null) {
        memory.delete(hash)
        return undefined
      }
      const width = found?.width ?? (JSON.parse(canonical) as unknown[]).length
      keep(hash, { width, until: now + TRUST, putAt: found?.putAt ?? 0 })
      return width
    },
    wasPut: (hash, now) => (memory.get(hash)?.putAt ?? 0) > now - PUT_EVERY,
    remember: ({ hash }, width, now) => keep(hash, { width, until: now + TRUST, putAt: now })
  }
}
