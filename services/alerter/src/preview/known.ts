/** What is known when a rule's past begins: the series that it means, where they stand, and who had sent them. */
import { type Catalogue, createCatalogue, type Selection } from '../evaluate/catalogue.ts'
import { type HostLayouts, hostLayouts } from '../evaluate/hosts.ts'
import { readShapes, type Shape } from './columns.ts'
import type { Past } from './past.ts'

export interface Known {
  catalogue: Catalogue
  shapes: readonly Shape[]
  layouts: HostLayouts
}

export async function readKnown({ db, from }: Past, selection: Selection): Promise<Known> {
  const { metric } = selection
  const catalogue = createCatalogue()
  await catalogue.refresh(db, new Set([metric]), [], from)
  const wanted = new Set(catalogue.selected(selection).keys())
  const shapes = await readShapes(db, catalogue, metric, wanted, from)
  const layouts = hostLayouts()
  await layouts.read(db, from)
  return { catalogue, shapes, layouts }
}
