/** Replays rules that look at samples: slice by slice, and in each only hosts that may be of interest. */
import type { PreviewAnswer } from '@miniobserv/protocol'
import { type Catalogue, createCatalogue } from '../evaluate/catalogue.ts'
import { type HostLayouts, hostLayouts, type KnownHost } from '../evaluate/hosts.ts'
import { type Look, type OfSamples, windowMs } from '../evaluate/look.ts'
import { lookAtNoData, lookAtThreshold } from '../evaluate/thresholds.ts'
import { readShapes } from './columns.ts'
import { darkTimes } from './darkness.ts'
import { type History, readHistory } from './history.ts'
import type { Past } from './past.ts'
import { samplesRemarks } from './remarks.ts'
import type { Replay } from './replay.ts'
import { looksIn, type Slice, sectionsOf, slicesOf } from './sections.ts'
import { suspectFinder } from './suspects.ts'
import { isSorted } from './track.ts'

export interface Replayed {
  /** What most of it was worked out from; the remarks tell the rest. */
  resolution: PreviewAnswer['resolution']
  /** ms between two looks, at the end. */
  every: number
  remarks: string[]
}

export async function replaySamples(condition: OfSamples, replay: Replay, past: Past): Promise<Replayed> {
  const { db, hosts, meant, reach, from, to, interval, pause } = past
  const catalogue = createCatalogue()
  await catalogue.refresh(db, new Set([condition.metric]), [], from)
  const shapes = await readShapes(
    db,
    catalogue,
    condition.metric,
    new Set(catalogue.selected(condition).keys()),
    from
  )
  const layouts = hostLayouts()
  await layouts.read(db, from)
  const hostIds = [...meant]
  const grouper = catalogue.grouper(condition)
  const findSuspects = suspectFinder(db, { condition, shapes, layouts, grouper, reach, hostIds })
  const isDark = await darkTimes(past)
  const last = condition.kind === 'threshold' && condition.agg === 'last'
  const sections = sectionsOf(reach, { from, to: to + 1, interval, window: windowMs(condition), last })

  for (const section of sections) {
    for (const slice of slicesOf(section)) {
      await pause()
      const ids = new Set([...(await findSuspects(slice)), ...replay.standing()])
      if (ids.size > 0) {
        const extent = {
          ...{ tier: slice.tier, from: slice.readFrom, to: slice.to, hostIds: [...ids], shapes },
          minutesUntil: reach.minutesUntil,
          agg: condition.kind === 'threshold' ? condition.agg : ('count' as const),
          others: condition.kind === 'no-data'
        }
        const watched = hosts.filter(({ id }) => ids.has(id)).map((host) => ({ ...host, lastSeen: 0 }))
        const scene = { condition, catalogue, layouts, meant, watched, isDark, pause }
        await replaySlice(replay, slice, await readHistory(db, extent), scene)
      }
      layouts.prune(slice.to)
    }
  }
  return {
    resolution: sections.toSorted((a, b) => b.to - b.from - (a.to - a.from))[0]?.tier ?? 'raw',
    every: sections.at(-1)?.every ?? interval,
    remarks: samplesRemarks(sections, condition, windowMs(condition))
  }
}

interface Scene {
  condition: OfSamples
  catalogue: Catalogue
  layouts: HostLayouts
  meant: ReadonlySet<number>
  /** Their `lastSeen` goes with the time. */
  watched: KnownHost[]
  isDark(now: number): boolean
  pause: Past['pause']
}

async function replaySlice(replay: Replay, slice: Slice, history: History, scene: Scene): Promise<void> {
  const { condition, catalogue, layouts, meant, watched, isDark, pause } = scene
  const arrive = arrivalsOf(history, layouts, watched)
  let now = 0
  const look: Look = {
    ...{ hosts: watched, catalogue, layouts },
    get now() {
      return now
    },
    samples: () => (hostId, seriesId) => history.tracks.get(hostId)?.get(seriesId)?.at(now, slice.window)
  }
  for (now of looksIn(slice)) {
    await pause()
    arrive(now)
    replay.look(now, isDark(now), (stand) => {
      if (condition.kind === 'threshold') lookAtThreshold(condition, look, meant, stand)
      else lookAtNoData(condition, look, meant, stand)
    })
  }
}

/** Tells layouts and hosts, when the time comes, what had come by then: an evaluation knows no more. */
function arrivalsOf(
  { arrivals }: History,
  layouts: HostLayouts,
  watched: readonly KnownHost[]
): (now: number) => void {
  const hosts = new Map(watched.map((host) => [host.id, host]))
  const open = arrivals.map(({ hostId, layoutId, times }) => ({
    ...{ hostId, layoutId, times: isSorted(times) ? times : times.toSorted(), next: 0 }
  }))
  return (now) => {
    for (const each of open) {
      const before = each.next
      while (each.next < each.times.length && (each.times[each.next] as number) <= now) each.next++
      if (each.next === before) continue
      const time = each.times[each.next - 1] as number
      layouts.note(each.hostId, each.layoutId, time)
      const host = hosts.get(each.hostId)
      if (host && host.lastSeen < time) host.lastSeen = time
    }
  }
}
