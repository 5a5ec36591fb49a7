/** Makes the router's table of the pages; each view is a file of its own, fetched when somebody goes there. */
import { parse } from 'regexparam'
import type { AsyncSvelteComponent, RouteDefinition } from 'svelte-spa-router'
import { wrap } from 'svelte-spa-router/wrap'
import MissingPage from '../pages/MissingPage.svelte'
import UnloadedPage from '../pages/UnloadedPage.svelte'
import { HOME, PAGES } from './pages.ts'

type View = readonly [path: string, load: AsyncSvelteComponent]

const named: View[] = PAGES.flatMap(({ path, views }) =>
  Object.entries(views).map(([rest, load]) => [path + rest, load] as const)
)
const views: View[] = [
  ...named,
  ...named.flatMap(([path, load]) => (path === HOME ? [['/', load] as const] : []))
]

export const routes: RouteDefinition = Object.fromEntries([
  ...views.map(([path, load]) => [path, wrap({ asyncComponent: () => load().catch(() => UnloadedPage) })]),
  ['*', MissingPage]
])

/** Begins to fetch the view of an address: while the server says who is signed in, it is on its way already. */
export function fetchAhead(address: string): void {
  const view = views.find(([path]) => parse(path).pattern.test(address))
  // Whoever goes there fetches it again, and is told when that fails.
  view?.[1]().catch(() => {})
}
