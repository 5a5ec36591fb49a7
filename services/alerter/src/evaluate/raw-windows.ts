/** The newest samples of many hosts in one pass: frames as they lie in the database, added up per series and window. */
import type { Pool, PoolClient } from '@miniobserv/db'
import type { Catalogue } from './catalogue.ts'
import type { HostLayouts } from './hosts.ts'
import { addSample, emptySums, type Sums } from './window.ts'

/** Windows up to this, ms, are looked at in raw samples; longer ones in rollups. */
export const LONGEST_RAW = 10 * 60_000

/** Of one host: by series id, then by place of the window in the list of windows. */
export type HostWindows = Map<number, Sums[]>

// array_send gives the array as the wire has it, in one piece: parsing text would cost ten times as much.
const FRAMES = `
  select host_id, layout_id, round($2::float8 - date_part('epoch', time) * 1000)::int as age, array_send(values) as "values"
  from frames
  where host_id = any($1::int[])
    and time > timestamptz 'epoch' + $3::bigint * interval '1 millisecond'
    and time <= timestamptz 'epoch' + $2::bigint * interval '1 millisecond'`

interface Row {
  host_id: number
  layout_id: number
  /** Before now, ms. */
  age: number
  values: Buffer
}

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
  client: Pool | PoolClient,
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
  const longest = windows.at(-1)
  if (longest === undefined || hostIds.length === 0) return found
  const { rows } = await client.query<Row>({
    text: FRAMES,
    values: [hostIds, Math.floor(now), Math.floor(now - longest)],
    binary: true
  } as never)
  await catalogue.refresh(client, new Set(), new Set(rows.map(({ layout_id }) => layout_id)), now)
  const ids = wanted()
  const columnsOf = new Map<number, Map<number, Column[]>>()
  for (const { host_id, layout_id, age, values } of rows) {
    layouts.note(host_id, layout_id, now - age)
    let host = found.get(host_id)
    if (!host) {
      host = new Map()
      found.set(host_id, host)
      columnsOf.set(host_id, new Map())
    }
    const ofHost = columnsOf.get(host_id) as Map<number, Column[]>
    let columns = ofHost.get(layout_id)
    if (!columns) {
      columns = columnsFor(host, catalogue.layout(layout_id) ?? [], ids, windows)
      ofHost.set(layout_id, columns)
    }
    addFrame(values, columns, windows, age, now - age)
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

// The binary form of an array (src/backend/utils/adt/arrayfuncs.c, array_send): dimensions, flag for nulls, type, then
// length and lower bound of each dimension; then of each element its length, -1 for null, and its bytes.
const HEADER = 20
const NULLS_FLAG = 4
const ELEMENT = 12

function addFrame(
  values: Buffer,
  columns: readonly Column[],
  windows: readonly number[],
  age: number,
  time: number
): void {
  const offsets = values.readInt32BE(NULLS_FLAG) === 0 ? undefined : elementOffsets(values)
  for (const { place, sums } of columns) {
    const offset = offsets ? (offsets[place] ?? -1) : HEADER + place * ELEMENT
    if (offset < 0 || offset + ELEMENT > values.length) continue
    const value = values.readDoubleBE(offset + 4)
    // The longest window is last: what is too old for one is too old for all before it.
    for (let i = windows.length - 1; i >= 0 && age < (windows[i] as number); i--) {
      addSample(sums[i] as Sums, value, time)
    }
  }
}

/** Where each element begins; -1 for null. */
function elementOffsets(values: Buffer): number[] {
  const offsets: number[] = []
  for (let at = HEADER; at < values.length; ) {
    const isNull = values.readInt32BE(at) < 0
    offsets.push(isNull ? -1 : at)
    at += isNull ? 4 : ELEMENT
  }
  return offsets
}
