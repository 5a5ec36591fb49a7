/** Replays rules about silence: whether hosts send, and whether the monitor sees. Only times at which somebody was silent are looked at. */
import type { ConditionOf } from '@miniobserv/protocol'
import { lookAtSight } from '../evaluate/blind.ts'
import { lookAtHosts, SURELY_SILENT } from '../evaluate/host-down.ts'
import { type Gap, readGaps } from './gaps.ts'
import { gaze, HEARTBEATS } from './gaze.ts'
import type { Past } from './past.ts'
import { silenceRemarks } from './remarks.ts'
import type { Replay } from './replay.ts'
import type { Replayed } from './samples.ts'

type OfSilence = ConditionOf<'host-down'> | ConditionOf<'blind'>

export async function replayHeartbeats(condition: OfSilence, replay: Replay, past: Past): Promise<Replayed> {
  const { hosts, meant, reach, from, to, interval, pause } = past
  const every = Math.min(HEARTBEATS, interval)
  const gaps = await readGaps(
    past,
    hosts.map(({ id }) => id),
    SURELY_SILENT
  )
  const eyes = gaze()
  const silent = new Map<number, Gap>()
  let next = 0
  for (let now = Math.ceil(from / every) * every; now <= to; now += every) {
    for (; next < gaps.length && (gaps[next] as Gap).from + SURELY_SILENT <= now; next++) {
      const gap = gaps[next] as Gap
      silent.set(gap.hostId, gap)
    }
    for (const [id, gap] of silent) if (gap.to <= now) silent.delete(id)
    if (silent.size === 0 && replay.standing().size === 0 && !eyes.isBlind()) {
      // All is well until the next of them falls silent.
      const then = (gaps[next]?.from ?? Number.POSITIVE_INFINITY) + SURELY_SILENT
      now = Math.max(now, Math.ceil(Math.min(then, to + every) / every) * every - every)
      continue
    }
    await pause()
    const known = hosts.filter(({ firstSeen }) => firstSeen <= now)
    const heard = known.map((host) => ({ ...host, lastSeen: silent.get(host.id)?.from ?? now }))
    const { blind, held } = eyes.look(heard, now)
    replay.look(now, held, (stand) => {
      if (condition.kind === 'host-down') lookAtHosts(condition, heard, meant, stand, now)
      else lookAtSight(blind, stand)
    })
  }
  return {
    resolution: 'heartbeats',
    every,
    remarks: silenceRemarks(condition, reach, from)
  }
}
