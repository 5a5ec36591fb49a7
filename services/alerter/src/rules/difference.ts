/** What is different between two versions of a rule, in words for the history. */
import type { RuleText } from '@miniobserv/protocol'

/** For example `value 0.9 → 0.8, hosts * → web*`; empty where nothing is. */
export function difference(before: RuleText, after: RuleText): string {
  const { condition: was, ...old } = before
  const { condition: is, ...new_ } = after
  return [...changed(was, is), ...changed(old, new_)].join(', ')
}

function changed(before: object, after: object): string[] {
  const [was, is] = [before, after] as Record<string, unknown>[]
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names]
    .filter((name) => !same(was?.[name], is?.[name]))
    .map((name) => `${name} ${shown(was?.[name])} → ${shown(is?.[name])}`)
}

/** Whatever the order of their members. */
export const same = (a: unknown, b: unknown): boolean => canonical(a) === canonical(b)

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, member) =>
    member && typeof member === 'object' && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member
  ) ?? 'undefined'

function shown(value: unknown): string {
  if (value === undefined || value === null || value === '') return 'none'
  if (Array.isArray(value)) return value.join(' ') || 'none'
  if (typeof value !== 'object') return String(value)
  return (
    Object.entries(value)
      .map(([name, one]) => `${name}=${one}`)
      .join(' ') || 'none'
  )
}
