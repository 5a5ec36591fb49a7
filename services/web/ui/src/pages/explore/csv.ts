/** Lines as a table for other programs (RFC 4180): a row a time, a column a line. Times are RFC 3339, in UTC. */
import { align, type NamedPoints } from '../../charts/picture.ts'

export function csvOf(lines: readonly NamedPoints[]): string {
  const { times, values } = align(lines)
  const rows = times.map((time, i) => [
    new Date(time * 1000).toISOString(),
    ...values.map((column) => String(column[i] ?? ''))
  ])
  return [['time', ...lines.map(({ name }) => name)], ...rows]
    .map((row) => `${row.map(quoted).join(',')}\r\n`)
    .join('')
}

/** A text that a spreadsheet would take for a formula is a text all the same. */
function quoted(cell: string): string {
  const safe = /^[=+@\t]/.test(cell) || /^-(?!\d)/.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
