/** Hosts that have stopped sending. */
import type { ConditionOf } from '@miniobserv/protocol'
import { durationMs } from '../duration.ts'
import type { KnownHost } from './hosts.ts'
import { type Standings, WHOLE } from './standings.ts'
import { durationWords } from './words.ts'

/** Agents send every so often, ms. Those of twenty hosts that stop together were last heard of within this time. */
const RHYTHM = 10_000

/** No host that sends is silent for so long, ms. */
export const SURELY_SILENT = 15_000

/**
 * A host is down when nothing came from it for `after`. When one goes down, others that have missed a beat by then go
 * with it rather than one by one in the seconds after: a rack that loses its power is one message.
 *
 * @param now up to when it is known who sent, epoch ms
 */
export function lookAtHosts(
  condition: ConditionOf<'host-down'>,
  hosts: readonly KnownHost[],
  meant: ReadonlySet<number>,
  standings: Standings,
  now: number
): void {
  const after = durationMs(condition.after)
  const early = Math.min(after, Math.max(after - RHYTHM, SURELY_SILENT))
  const watched = hosts.filter(({ id }) => meant.has(id))
  const goesDown = ({ id, lastSeen }: KnownHost) =>
    now - lastSeen >= after && standings.state(id, WHOLE) === 'ok'
  const limit = watched.some(goesDown) ? early : after
  for (const { id, name, lastSeen } of watched) {
    const silent = now - lastSeen
    if (silent < limit && !standings.has(id)) {
      standings.wellAgain()
      continue
    }
    const bad = silent >= limit
    standings.take(
      { hostId: id, host: name, key: WHOLE, labels: {} },
      {
        ...{ seen: true, bad, recovered: silent < SURELY_SILENT, silence: bad, value: silent / 1_000 },
        describe: () =>
          silent < SURELY_SILENT ? 'it sends again' : `nothing came from it for ${durationWords(silent)}`
      }
    )
  }
}
