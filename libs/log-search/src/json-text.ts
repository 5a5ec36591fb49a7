/** PostgreSQL's `->>` and `#>>` on a line's attributes, for lines that are not in the database yet. */

/** As it was written: a number of twenty digits stays one. */
class Written {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/**
 * The member of this name or, where there is none, what lies at the end of its path.
 *
 * @param json an object
 * @returns its text, as jsonb writes it; undefined where there is nothing, or null
 */
export function memberText(json: string, key: string): string | undefined {
  const members = JSON.parse(json, (_key, value, context?: { source?: string }) =>
    typeof value === 'number' ? new Written(context?.source ?? String(value)) : value
  )
  return textOf(memberOf(members, key)) ?? textOf(key.split('.').reduce<unknown>(memberOf, members))
}

function memberOf(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return /^-?\d{1,9}$/.test(name) ? value.at(Number(name)) : undefined
  if (typeof value !== 'object' || value === null || value instanceof Written) return undefined
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined
}

function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  return typeof value === 'string' ? value : jsonOf(value)
}

/** jsonb orders an object's members by the length of their names, and puts spaces between. */
function jsonOf(value: unknown): string {
  if (value instanceof Written) return decimal(value.text)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(jsonOf).join(', ')}]`
  const members = Object.entries(value).map(([name, member]) => ({ name, bytes: Buffer.from(name), member }))
  members.sort((a, b) => a.bytes.length - b.bytes.length || a.bytes.compare(b.bytes))
  return `{${members.map(({ name, member }) => `${JSON.stringify(name)}: ${jsonOf(member)}`).join(', ')}}`
}

/** Without an exponent: numeric has none. */
function decimal(number: string): string {
  const [, sign = '', whole = '', fraction = '', exponent] =
    /^(-?)(\d+)(?:\.(\d+))?e([+-]?\d+)$/i.exec(number) ?? []
  if (exponent === undefined) return number
  const digits = whole + fraction
  const point = whole.length + Number(exponent)
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  const end = digits.slice(point)
  return sign + digits.slice(0, point).padEnd(point, '0') + (end === '' ? '' : `.${end}`)
}
