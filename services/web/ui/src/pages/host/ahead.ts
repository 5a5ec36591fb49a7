/** What a host's page shows first, asked for while the page's own code is still on its way. */
import type { Picture } from '../../charts/picture.ts'
import { currentQuery, currentWindow } from '../../state/location.svelte.ts'
import { bounds, type Window } from '../../state/range.ts'
import { serverNow } from '../../state/server-clock.ts'
import { AREAS } from './areas.ts'
import type { Panel } from './panel.ts'
import { readView } from './view.ts'

/** As many charts as most screens hold, and as a browser asks for at once. */
const FIRST = 5
/** What waits for longer was for a page that nobody came to, ms. */
const FRESH = 5_000

const asked = new Map<string, { picture: Promise<Picture>; at: number }>()

const keyOf = (host: string, { title }: Panel, shown: Window) => JSON.stringify([host, title, shown])

export function askAhead(host: string): void {
  if (readView(currentQuery()).compare) return
  const shown = currentWindow()
  const time = bounds(shown, serverNow())
  const { signal } = new AbortController()
  for (const panel of AREAS.flatMap(({ panels }) => panels).slice(0, FIRST)) {
    const picture = panel.load(host, time, signal)
    picture.catch(() => {}) // whoever takes it hears of it
    asked.set(keyOf(host, panel, shown), { picture, at: Date.now() })
  }
}

/** The answer to what was asked ahead, once; undefined where nothing was. */
export function takeAhead(host: string, panel: Panel, shown: Window): Promise<Picture> | undefined {
  const key = keyOf(host, panel, shown)
  const found = asked.get(key)
  asked.delete(key)
  return found && Date.now() - found.at < FRESH ? found.picture : undefined
}
