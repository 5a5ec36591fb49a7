/** Changes a query string and keeps the rest of it: the part of the URL that holds a view's state. */

export type Changes = Record<string, string | readonly string[] | null>

/** Applies changes; `null`, an empty text and an empty list take a parameter away. Keeps the URL short and stable. */
export function changeQuery(query: string, changes: Changes): string {
  const params = new URLSearchParams(query)
  for (const [name, value] of Object.entries(changes)) {
    params.delete(name)
    const values = value === null ? [] : typeof value === 'string' ? [value] : value
    for (const one of values) if (one !== '') params.append(name, one)
  }
  return params.toString()
}

/** A link into the page: `link('/logs', { host: 'web-01' })` is `#/logs?host=web-01`. */
export function link(path: string, changes: Changes = {}): string {
  const query = changeQuery('', changes)
  return `#${path}${query === '' ? '' : `?${query}`}`
}

/** The page of one host. A name may hold slashes and blanks. */
export function hostPath(name: string): string {
  return `/hosts/${encodeURIComponent(name)}`
}
