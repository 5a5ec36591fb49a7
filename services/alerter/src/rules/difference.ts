/** What is different between two versions of a rule, in words for the history. */
import { type Condition, type RuleText, valueText } from '@miniobserv/protocol'

/**
 * For example `value 90 % → 80 %, hosts * → web*`; empty where nothing is.
 * @param unitOf of a condition's numbers
 */
export function difference(
  before: RuleText,
  after: RuleText,
  unitOf: (condition: Condition) => string
): string {
  const { condition: was, ...old } = before
  const { condition: is, ...new_ } = after
  return [...changed(was, is, [unitOf(was), unitOf(is)]), ...changed(old, new_)].join(', ')
}

/** Members that have the unit of the metric. */
const MEASURED: readonly string[] = ['value', 'recover', 'limit']

function changed(before: object, after: object, [wasIn, isIn] = ['', '']): string[] {
  const [was, is] = [before, after] as Record<string, unknown>[]
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  const said = (name: string, value: unknown, unit: string) =>
    typeof value === 'number' && MEASURED.includes(name) ? valueText(value, unit) : shown(value)
  return [...names]
    .filter((name) => !same(was?.[name], is?.[name]))
    .map((name) => `${name} ${said(name, was?.[name], wasIn)} → ${said(name, is?.[name], isIn)}`)
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
