/** Names and places: which series a rule means, and where in a frame they stand. Remembered from look to look. */
import type { Reading } from '@miniobserv/db'
import type { Across, Labels } from '@miniobserv/protocol'
import { matchesLabels } from '../match.ts'

export interface KnownSeries {
  id: number
  name: string
  labels: Labels
  unit: string
}

/** Series of one host that a rule looks at as one. */
export interface Group {
  /** The labels as JSON with sorted names: what tells the groups of a host apart. */
  key: string
  labels: Labels
  unit: string
  seriesIds: number[]
}

/** What a rule asks of the catalogue. */
export interface Selection {
  metric: string
  where?: Record<string, string> | undefined
  across?: Across | undefined
  /** With across: labels that keep groups apart. */
  by?: readonly string[] | undefined
}

/** The groups of a host that sends these layouts; quick for an array that it was asked about before. */
export type Grouper = (layouts: readonly number[]) => readonly Group[]

export interface Catalogue {
  /** Reads what is new of these metrics' series and of these layouts. @param now epoch ms */
  refresh(
    client: Reading,
    metrics: ReadonlySet<string>,
    layouts: Iterable<number>,
    now: number
  ): Promise<void>
  /** The series that a selection means, over all hosts. */
  selected(selection: Selection): ReadonlyMap<number, KnownSeries>
  /** Valid until the next refresh. */
  grouper(selection: Selection): Grouper
  /** The ids of a layout's series, in its order. */
  layout(id: number): readonly number[] | undefined
}

/** Ids can become visible out of order; what was missed is found after so long at the latest, ms. */
const RELOAD_EVERY = 5 * 60_000

export const labelsKey = (labels: Labels): string =>
  JSON.stringify(Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))))

export function createCatalogue(): Catalogue {
  const byMetric = new Map<string, Map<number, KnownSeries>>()
  const layouts = new Map<number, readonly number[]>()
  const selections = new Map<string, Map<number, KnownSeries>>()
  const groupers = new Map<string, Grouper>()
  let newest = 0
  let reloadAt = 0

  async function readSeries(
    client: Reading,
    metrics: readonly string[],
    after: number
  ): Promise<readonly KnownSeries[]> {
    if (metrics.length === 0) return []
    for (const name of metrics) if (!byMetric.has(name)) byMetric.set(name, new Map())
    const { rows } = await client.query<KnownSeries>(
      'select id, name, labels, unit from series where name = any($1) and id > $2',
      [metrics, after]
    )
    for (const series of rows) byMetric.get(series.name)?.set(series.id, series)
    if (rows.length > 0) forget()
    return rows
  }

  function forget(): void {
    selections.clear()
    groupers.clear()
  }

  function selected({ metric, where }: Selection): Map<number, KnownSeries> {
    const key = JSON.stringify([metric, where ?? {}])
    let found = selections.get(key)
    if (!found) {
      const all = byMetric.get(metric) ?? new Map<number, KnownSeries>()
      found = new Map([...all].filter(([, { labels }]) => matchesLabels(where, labels)))
      selections.set(key, found)
    }
    return found
  }

  function makeGrouper(selection: Selection): Grouper {
    const series = selected(selection)
    const byArray = new WeakMap<readonly number[], readonly Group[]>()
    const byIds = new Map<string, readonly Group[]>()
    return (layoutIds) => {
      const known = byArray.get(layoutIds)
      if (known) return known
      const key = layoutIds.join()
      let found = byIds.get(key)
      if (!found) {
        const ids = new Set(layoutIds.flatMap((id) => layouts.get(id) ?? []))
        found = groupSeries(
          selection,
          [...ids].flatMap((id) => series.get(id) ?? [])
        )
        byIds.set(key, found)
      }
      byArray.set(layoutIds, found)
      return found
    }
  }

  return {
    async refresh(client, metrics, layoutIds, now) {
      // `newest` counts only for what this statement asks of all metrics; a new one's older series come first.
      const isNew = [...metrics].filter((name) => !byMetric.has(name))
      await readSeries(client, isNew, 0)
      const reload = now >= reloadAt || now < reloadAt - RELOAD_EVERY
      for (const { id } of await readSeries(client, [...byMetric.keys()], reload ? 0 : newest)) {
        newest = Math.max(newest, id)
      }
      if (reload) reloadAt = now + RELOAD_EVERY
      const missing = [...new Set(layoutIds)].filter((id) => !layouts.has(id))
      if (missing.length === 0) return
      const { rows } = await client.query<{ id: number; series_ids: number[] }>(
        'select id, series_ids from layouts where id = any($1)',
        [missing]
      )
      for (const { id, series_ids } of rows) layouts.set(id, series_ids)
      forget()
    },
    selected,
    grouper(selection) {
      const { metric, where, across, by } = selection
      const key = JSON.stringify([metric, where ?? {}, across ?? '', across ? (by ?? []) : []])
      let found = groupers.get(key)
      if (!found) {
        found = makeGrouper(selection)
        groupers.set(key, found)
      }
      return found
    },
    layout: (id) => layouts.get(id)
  }
}

function groupSeries({ across, by = [] }: Selection, series: readonly KnownSeries[]): Group[] {
  const groups = new Map<string, Group>()
  for (const { id, labels, unit } of series) {
    const kept = across
      ? Object.fromEntries(by.flatMap((name) => (name in labels ? [[name, labels[name] as string]] : [])))
      : labels
    const key = labelsKey(kept)
    const group = groups.get(key)
    if (group) group.seriesIds.push(id)
    else groups.set(key, { key, labels: kept, unit, seriesIds: [id] })
  }
  return [...groups.values()]
}
