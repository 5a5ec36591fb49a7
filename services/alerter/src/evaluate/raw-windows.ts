/** The newest samples of many hosts in one pass, added up per series and window. */
import type { PoolClient } from '@miniobserv/db'
import { breather } from './breather.ts'
import type { Catalogue } from './catalogue.ts'
import { type Frame, placesOf, readFrames, valueAt } from './frames.ts'
import type { HostLayouts } from './hosts.ts'
import { addSample, addSums, emptySums, type Sums } from './window.ts'

/** Windows up to this, ms, are looked at in raw samples; longer ones in rollups. */
export const LONGEST_RAW = 10 * 60_000

/** Of one host: by series id, then by place of the window in the list of windows. */
export type HostWindows = Map<number, Sums[]>

/** Where in a layout's frames a series stands, from 0, and where its samples go. */
interface Column {
  place: number
  sums: Sums[]
}

/**
 * @param windows ms, ascending; a window is what is newer than `now` less it, `now` included
 * @param wanted ids of the series that any rule looks at
 */
export async function readRawWindows(
  client: PoolClient,
  {
    catalogue,
    layouts,
    wanted,
    windows,
    hostIds,
    now
  }: {
    catalogue: Catalogue
    layouts: HostLayouts
    wanted: () => ReadonlySet<number>
    windows: readonly number[]
    hostIds: readonly number[]
    now: number
  }
): Promise<Map<number, HostWindows>> {
  const found = new Map<number, HostWindows>()
  const breathe = breather()
  const longest = windows.at(-1)
  if (longest === undefined) return found
  const { bytes, frames } = await readFrames(client, hostIds, now - longest, now)
  await catalogue.refresh(client, new Set(), new Set(frames.map(({ layoutId }) => layoutId)), now)
  const ids = wanted()
  const columnsOf = new Map<number, Map<number, Column[]>>()
  for (const frame of frames) {
    const { hostId, layoutId, age } = frame
    layouts.note(hostId, layoutId, now - age)
    let host = found.get(hostId)
    if (!host) {
      host = new Map()
      found.set(hostId, host)
      columnsOf.set(hostId, new Map())
    }
    const ofHost = columnsOf.get(hostId) as Map<number, Column[]>
    let columns = ofHost.get(layoutId)
    if (!columns) {
      columns = columnsFor(host, catalogue.layout(layoutId) ?? [], ids, windows)
      ofHost.set(layoutId, columns)
    }
    // At first only to the shortest window that holds it; the longer ones get all of its samples at the end.
    const shortest = windows.findIndex((window) => age < window)
    if (shortest >= 0) addFrame(bytes, frame, columns, shortest, now - age)
    await breathe()
  }
  for (const host of found.values()) {
    for (const sums of host.values()) {
      for (let i = 1; i < sums.length; i++) addSums(sums[i] as Sums, sums[i - 1] as Sums)
    }
  }
  return found
}

function columnsFor(
  host: HostWindows,
  seriesIds: readonly number[],
  wanted: ReadonlySet<number>,
  windows: readonly number[]
): Column[] {
  const columns: Column[] = []
  for (const [place, id] of seriesIds.entries()) {
    if (!wanted.has(id)) continue
    let sums = host.get(id)
    if (!sums) {
      sums = windows.map(emptySums)
      host.set(id, sums)
    }
    columns.push({ place, sums })
  }
  return columns
}

function addFrame(
  bytes: Buffer,
  frame: Frame,
  columns: readonly Column[],
  window: number,
  time: number
): void {
  const places = placesOf(bytes, frame)
  for (const { place, sums } of columns) {
    const value = valueAt(bytes, frame, place, places)
    if (value !== undefined) addSample(sums[window] as Sums, value, time)
  }
}
