/**
 * Where a page stands when somebody comes to it: at its top, or where they left it when they come back. The router's
 * own way takes a changed query string for another page: a chart that is zoomed would jump out of sight.
 */
import { currentPath } from '../state/location.svelte.ts'

const positions = new Map<string, number>()
/** The page whose content is there; while another one is fetched, scrolling means nothing. */
let settled = ''

export function keepScroll(): () => void {
  history.scrollRestoration = 'manual'
  const note = () => {
    if (currentPath() === settled) positions.set(settled, scrollY)
  }
  addEventListener('scroll', note, { passive: true })
  return () => removeEventListener('scroll', note)
}

/** To be called when a view's content is there. */
export function arrive(): void {
  const path = currentPath()
  if (path !== settled) {
    // The browser keeps an entry's state for when somebody comes back to it; a new entry has none.
    const back = history.state?.visited === true
    scrollTo(0, back ? (positions.get(path) ?? 0) : 0)
    settled = path
  }
  history.replaceState({ ...history.state, visited: true }, '')
}
