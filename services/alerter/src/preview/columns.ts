/** Where in the frames of each layout the series stand that a rule means: layouts that have them in the same places are read together. */
import type { Reading } from '@miniobserv/db'
import type { Catalogue } from '../evaluate/catalogue.ts'

export interface Shape {
  layoutIds: number[]
  /** From 1, as PostgreSQL counts. */
  places: number[]
  /** By layout: which series stand in these places. */
  seriesIds: Map<number, number[]>
}

/** More columns than this are read in several statements. */
const COLUMNS = 200

/** The catalogue knows these layouts afterwards. */
export async function readShapes(
  db: Reading,
  catalogue: Catalogue,
  metric: string,
  wanted: ReadonlySet<number>,
  now: number
): Promise<Shape[]> {
  const { rows } = await db.query<{ id: number }>('select id from layouts where series_ids && $1::int[]', [
    [...wanted]
  ])
  const layoutIds = rows.map(({ id }) => id)
  await catalogue.refresh(db, new Set([metric]), layoutIds, now)
  const shapes = new Map<string, Shape>()
  for (const layoutId of layoutIds) {
    const ids = catalogue.layout(layoutId) ?? []
    const places = [...ids.keys()].filter((place) => wanted.has(ids[place] as number))
    for (let start = 0; start < places.length; start += COLUMNS) {
      const some = places.slice(start, start + COLUMNS)
      const shape: Shape = shapes.get(some.join()) ?? {
        ...{ layoutIds: [], places: some.map((place) => place + 1), seriesIds: new Map() }
      }
      shapes.set(some.join(), shape)
      shape.layoutIds.push(layoutId)
      shape.seriesIds.set(
        layoutId,
        some.map((place) => ids[place] as number)
      )
    }
  }
  return [...shapes.values()]
}
