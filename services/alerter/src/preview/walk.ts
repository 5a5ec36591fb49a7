/** Goes through the past slice by slice, and in each only to hosts that may be of interest. */
import type { HostLayouts } from '../evaluate/hosts.ts'
import type { Past } from './past.ts'
import type { Replay } from './replay.ts'
import type { Slice } from './sections.ts'
import type { FindSuspects } from './suspects.ts'

interface Way {
  past: Past
  replay: Replay
  layouts: HostLayouts
  findSuspects: FindSuspects
}

/** @param visit called with the ids of hosts to look at, where there are any */
export async function walk(
  slices: readonly Slice[],
  { past, replay, layouts, findSuspects }: Way,
  visit: (slice: Slice, hostIds: ReadonlySet<number>) => Promise<void>
): Promise<void> {
  for (const slice of slices) {
    await past.pause()
    const ids = new Set([...(await findSuspects(slice)), ...replay.standing()])
    if (ids.size > 0) await visit(slice, ids)
    layouts.prune(slice.to)
  }
}
