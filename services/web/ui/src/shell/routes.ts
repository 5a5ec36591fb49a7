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
  ...views.map(([path, load]) => [path, wrap({ asyncComponent: () => loaded(load) })]),
  ['*', MissingPage]
])

/**
 * A view whose code did not come: the server has become another version, or a network changed under way, after which the
 * browser does not try that file again. Where the server answers, the tab begins anew, but not over and over.
 */
async function loaded(load: AsyncSvelteComponent): ReturnType<AsyncSvelteComponent> {
  try {
    return await load()
  } catch {
    const last = Number(sessionStorage.getItem(BEGUN_ANEW))
    const answers =
      Date.now() - last > AGAIN_AFTER &&
      (await fetch('/theme.js', { cache: 'no-store' }).catch(() => null))?.ok
    if (!answers) return UnloadedPage
    sessionStorage.setItem(BEGUN_ANEW, String(Date.now()))
    location.reload()
    return new Promise(() => {})
  }
}
const BEGUN_ANEW = 'begun-anew'
const AGAIN_AFTER = 60_000

/**
 * Begins to fetch what an address needs: while the server says who is signed in, or the finger comes down, it is on its
 * way already.
 * @param data what it asks first, too
 */
export function fetchAhead(address: string, data: boolean): void {
  const view = views.find(([path]) => parse(path).pattern.test(address))
  // Whoever goes there fetches it again, and is told when that fails.
  view?.[1]().catch(() => {})
  const name = data ? /^\/hosts\/([^/]+)$/.exec(address)?.[1] : undefined
  if (name)
    import('../pages/host/ahead.ts')
      .then(({ askAhead }) => askAhead(decodeURIComponent(name)))
      .catch(() => {})
}

/** What is pointed at may be gone to next. */
export function fetchPointed({ target }: Event): void {
  const href = (target as Element).closest?.('a')?.getAttribute('href')
  if (href?.startsWith('#/')) fetchAhead(href.slice(1).replace(/\?.*/, ''), false)
}
