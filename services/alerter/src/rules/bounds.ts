/** How long and how short the durations of a rule may be. */
import type { RuleText } from '@miniobserv/protocol'
import { durationMs } from '../duration.ts'
import { refused } from './refused.ts'

/** Of the members of each kind of condition. */
const BOUNDS: Record<string, Record<string, readonly [least: string, most: string]>> = {
  threshold: { window: ['10s', '24h'] },
  'no-data': { after: ['30s', '24h'] },
  'host-down': { after: ['20s', '24h'] },
  'log-match': { window: ['30s', '24h'] },
  forecast: { window: ['30m', '7d'], within: ['10m', '90d'] },
  blind: { behind: ['5s', '1h'] }
}

/** @throws {ServiceError} 422 `duration_out_of_bounds` */
export function checkDurations({ condition, remind, for: lasting }: RuleText): void {
  const of = condition as unknown as Record<string, string>
  for (const [member, bounds] of Object.entries(BOUNDS[condition.kind] ?? {})) {
    within(`/condition/${member}`, of[member] as string, bounds)
  }
  within('/for', lasting, ['0s', '24h'])
  if (remind !== null) within('/remind', remind, ['5m', '30d'])
}

/** @throws {ServiceError} 422 `duration_out_of_bounds` */
export function within(path: string, text: string, [least, most]: readonly [string, string]): void {
  const ms = durationMs(text)
  if (ms >= durationMs(least) && ms <= durationMs(most)) return
  const name = path.split('/').at(-1)
  throw refused('duration_out_of_bounds', path, `${name} is ${text}; it may be ${least} to ${most}`)
}
