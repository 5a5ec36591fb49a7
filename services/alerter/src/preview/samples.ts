/** Replays rules that look at samples: slice by slice, and in each only hosts that may be of interest. */
import type { PreviewAnswer } from '@miniobserv/protocol'
import type { Catalogue } from '../evaluate/catalogue.ts'
import type { HostLayouts, KnownHost } from '../evaluate/hosts.ts'
import { type Look, type OfSamples, windowMs } from '../evaluate/look.ts'
import { LONGEST_RAW } from '../evaluate/raw-windows.ts'
import { lookAtNoData, lookAtThreshold } from '../evaluate/thresholds.ts'
import { arrivalsOf } from './arrivals.ts'
import { darkTimes } from './darkness.ts'
import { type History, readHistory } from './history.ts'
import { readKnown } from './known.ts'
import type { Past } from './past.ts'
import { samplesRemarks } from './remarks.ts'
import type { Replay } from './replay.ts'
import { looksIn, mostly, type Slice, sectionsOf, slicesOf } from './sections.ts'
import { suspectFinder } from './suspects.ts'
import { type Track, trackOf } from './track.ts'
import { walk } from './walk.ts'

export interface Replayed {
  /** What most of it was worked out from; the remarks tell the rest. */
  resolution: PreviewAnswer['resolution']
  /** ms between two looks, at the end. */
  every: number
  remarks: string[]
}

export async function replaySamples(condition: OfSamples, replay: Replay, past: Past): Promise<Replayed> {
  const { db, hosts, meant, reach, from, to, interval, pause } = past
  const { catalogue, shapes, layouts } = await readKnown(past, condition)
  const hostIds = [...meant]
  const grouper = catalogue.grouper(condition)
  const findSuspects = suspectFinder(db, { condition, shapes, layouts, grouper, reach, hostIds })
  const isDark = await darkTimes(past)
  const window = windowMs(condition)
  const last = condition.kind === 'threshold' && condition.agg === 'last'
  // Windows that an evaluation puts together from minutes are looked at in minutes here too; only samples tell the last.
  const finest = window <= LONGEST_RAW || last ? 'raw' : '1m'
  const sections = sectionsOf(reach, { from, to: to + 1, interval, window, finest })
  const slices = sections.flatMap((section) => [...slicesOf(section)])

  await walk(slices, { past, replay, layouts, findSuspects }, async (slice, ids) => {
    const extent = {
      ...{ tier: slice.tier, from: slice.readFrom, to: slice.to, hostIds: [...ids], shapes },
      minutesUntil: reach.minutesUntil,
      agg: condition.kind === 'threshold' ? condition.agg : ('count' as const),
      others: condition.kind === 'no-data'
    }
    const watched = hosts.filter(({ id }) => ids.has(id)).map((host) => ({ ...host, lastSeen: 0 }))
    const scene = { condition, catalogue, layouts, meant, watched, isDark, pause }
    await replaySlice(replay, slice, await readHistory(db, extent, trackOf), scene)
  })
  return {
    resolution: mostly(sections) ?? 'raw',
    every: sections.at(-1)?.every ?? interval,
    remarks: samplesRemarks(sections, condition, window)
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

async function replaySlice(
  replay: Replay,
  slice: Slice,
  history: History<Track>,
  scene: Scene
): Promise<void> {
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
