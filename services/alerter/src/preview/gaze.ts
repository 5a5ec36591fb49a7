/** Whether the monitor itself could see, as far as the past tells: by the hosts alone. How long data waited is not kept. */
import { lookAround, type Sight, watchingSince, whyBlind } from '../evaluate/blind.ts'
import type { KnownHost } from '../evaluate/hosts.ts'

/** Evaluations look at hosts so often, ms. */
export const HEARTBEATS = 5_000

export interface Gaze {
  /** @param hosts all that there were  @param now epoch ms  @returns why it saw nothing, and whether silence proves nothing */
  look(hosts: readonly KnownHost[], now: number): { blind: string | null; held: boolean }
  /** Whether it was blind at the latest look. */
  isBlind(): boolean
}

export function gaze(): Gaze {
  let sight: Omit<Sight, 'lookedAt'> = {
    blindSince: null,
    reason: null,
    sightSince: Number.NEGATIVE_INFINITY
  }
  return {
    look(hosts, now) {
      const before = { ...sight, lookedAt: now }
      const watching = watchingSince(before, now)
      const blind = whyBlind({ hosts, oldest: undefined, watching, now }, Number.POSITIVE_INFINITY)
      const around = lookAround(before, blind, now)
      sight = around.sight
      return { blind, held: around.held }
    },
    isBlind: () => sight.blindSince !== null
  }
}
