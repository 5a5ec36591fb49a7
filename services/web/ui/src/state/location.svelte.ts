/** Where the page is: the router's path and query string, and the two ways to change the latter. */
import { push, replace, router } from 'svelte-spa-router'
import { type Changes, changeQuery } from './query-string.ts'
import { readWindow, SHORTEST, type Window, windowQuery } from './range.ts'

/** The view's state as the URL has it. Reading it in a component follows every change. */
export function currentQuery(): URLSearchParams {
  return new URLSearchParams(router.querystring ?? '')
}

export function currentPath(): string {
  return router.location
}

/** The stretch of time that the URL asks for. */
export function currentWindow(): Window {
  return readWindow(currentQuery())
}

/**
 * Changes the view's state in the URL.
 * @param step whether the browser's back button should undo it: yes for a click, no for a letter typed
 */
export function setQuery(changes: Changes, step: 'push' | 'replace' = 'push'): void {
  const query = changeQuery(router.querystring ?? '', changes)
  const target = router.location + (query === '' ? '' : `?${query}`)
  void (step === 'push' ? push(target) : replace(target))
}

export function setWindow(window: Window): void {
  setQuery(windowQuery(window))
}

/** Shows what was dragged over on a chart, epoch ms; never less than can be seen. */
export function zoom(from: number, to: number): void {
  const middle = (from + to) / 2
  const half = Math.max(to - from, SHORTEST) / 2
  setWindow({
    range: currentWindow().range,
    fixed: { from: Math.round(middle - half), to: Math.round(middle + half) }
  })
}

/** Back to the range that goes on by itself. */
export function unzoom(): void {
  const { range, fixed } = currentWindow()
  if (fixed) setWindow({ range, fixed: null })
}

export function go(path: string): void {
  void push(path)
}
