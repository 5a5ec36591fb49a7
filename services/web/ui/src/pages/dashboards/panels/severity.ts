/** How bad a number is, by the bounds of its panel. Where critical lies below warning, low values are the bad ones. */
import type { PanelOf } from '@miniobserv/protocol'

export function severityOf(
  value: number | null,
  { warning, critical }: Pick<PanelOf<'number'>, 'warning' | 'critical'>
): 'warning' | 'critical' | undefined {
  if (value === null) return undefined
  const low = warning !== null && critical !== null && critical < warning
  const beyond = (bound: number | null) => bound !== null && (low ? value <= bound : value >= bound)
  if (beyond(critical)) return 'critical'
  return beyond(warning) ? 'warning' : undefined
}
