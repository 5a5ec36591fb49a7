/** The keys that work on every page. A page marks its search field and its rows with data attributes; nothing more. */
import { PAGES } from './pages.ts'

interface Actions {
  go(path: string): void
  showKeys(): void
}

/** After `g` comes the page's letter. */
const PLACES = new Map(PAGES.map(({ key, path }) => [key, path]))

/** How long a `g` waits for its letter. */
const SEQUENCE_MS = 1200

export function createKeys({ go, showKeys }: Actions): (event: KeyboardEvent) => void {
  let leaderAt = Number.NEGATIVE_INFINITY

  return (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
    const target = event.target as HTMLElement
    if (target.closest('dialog')) return
    if (target.closest('input, select, textarea')) {
      if (event.key === 'Escape') target.blur()
      return
    }
    const afterLeader = event.timeStamp - leaderAt < SEQUENCE_MS
    leaderAt = Number.NEGATIVE_INFINITY
    const place = PLACES.get(event.key)
    if (afterLeader && place) go(place)
    else if (event.key === 'g') leaderAt = event.timeStamp
    else if (event.key === 'j') moveRow(1)
    else if (event.key === 'k') moveRow(-1)
    else if (event.key === '?') showKeys()
    else if (event.key === '/') document.querySelector<HTMLElement>('[data-search]')?.focus()
    else return
    event.preventDefault()
  }
}

/** Moves the focus among the elements marked `data-row`. */
function moveRow(by: 1 | -1): void {
  // What is folded away cannot be focused: it would stand in the way.
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')].filter((row) =>
    row.checkVisibility()
  )
  const at = rows.indexOf(document.activeElement as HTMLElement)
  const next = rows[at === -1 ? 0 : at + by]
  next?.focus()
  next?.scrollIntoView({ block: 'nearest' })
}
