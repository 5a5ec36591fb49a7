/** The searches of before, kept in this browser. */
const KEY = 'log-searches'
const MOST = 20

/** Newest first. */
export function readHistory(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]')
    return Array.isArray(kept) ? kept.filter((one) => typeof one === 'string') : []
  } catch {
    return []
  }
}

export function remember(q: string): void {
  const search = q.trim()
  if (search === '') return
  try {
    const history = [search, ...readHistory().filter((one) => one !== search)].slice(0, MOST)
    localStorage.setItem(KEY, JSON.stringify(history))
  } catch {
    // Without storage there is no history.
  }
}
