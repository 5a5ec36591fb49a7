/** Which layouts this gateway may take references to: its own memory first, then what all gateways share in Redis. */
import { LAYOUT_LIFE, type Layout, layoutKey } from '@miniobserv/stream'
import type { Redis } from 'ioredis'

export interface GatewayLayouts {
  /** How many values a point of this layout has; undefined where nobody knows the layout. */
  width(hash: string, now: number): Promise<number | undefined>
  /** To be called after Redis has acknowledged it. */
  remember(layout: Layout, width: number, now: number): void
}

/** For so long, in ms, memory alone is believed; then Redis is asked again, which also extends the layout's life there. */
const TRUST = 60_000

/** Layouts in memory at most; ten thousand hosts share far fewer. */
const REMEMBERED = 20_000

export function gatewayLayouts(redis: Redis): GatewayLayouts {
  const memory = new Map<string, { width: number; until: number }>()

  function keep(hash: string, width: number, now: number): void {
    memory.delete(hash)
    if (memory.size >= REMEMBERED) memory.delete(memory.keys().next().value as string)
    memory.set(hash, { width, until: now + TRUST })
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
      keep(hash, width, now)
      return width
    },
    remember: ({ hash }, width, now) => keep(hash, width, now)
  }
}
