/** What whoever reads a preview should know of how it was worked out. */
import type { Reach } from '@miniobserv/db'
import type { ConditionOf } from '@miniobserv/protocol'
import { durationMs } from '../duration.ts'
import { LEAST_POINTS } from '../evaluate/forecast.ts'
import type { OfSamples } from '../evaluate/look.ts'
import { LONGEST_RAW } from '../evaluate/raw-windows.ts'
import { HOUR, type Section } from './sections.ts'
import { timeWords } from './time-words.ts'

const EVERY = { '1m': 'minute', '1h': 'hour', raw: '' } as const

export function samplesRemarks(sections: readonly Section[], condition: OfSamples, window: number): string[] {
  const remarks: string[] = []
  for (const [i, { tier, to }] of sections.entries()) {
    if (tier === 'raw') continue
    const unit = EVERY[tier]
    if (tier === '1m' && i === sections.length - 1 && window > LONGEST_RAW) {
      remarks.push(`for windows over ${LONGEST_RAW / 60_000} min it was looked at once a minute`)
    } else {
      const last = condition.kind === 'threshold' && condition.agg === 'last'
      const mean = last ? `, and the last value is the mean of a whole ${unit}` : ''
      remarks.push(
        `before ${timeWords(to)} only ${unit}s are kept: there it was looked at once ${unit === 'hour' ? 'an' : 'a'} ${unit}${mean}`
      )
    }
  }
  return remarks
}

/** Whether so many hours are enough for a line. @param window ms */
export const hoursSuffice = (window: number): boolean => Math.ceil(window / HOUR) - 1 >= LEAST_POINTS

export function outlookRemarks(
  sections: readonly Section[],
  { window }: ConditionOf<'forecast'>,
  interval: number
): string[] {
  return sections.flatMap(({ tier, to, every }) => {
    if (tier === '1h')
      return hoursSuffice(durationMs(window))
        ? `before ${timeWords(to)} only hours are kept: there it was looked at once an hour`
        : `before ${timeWords(to)} only hours are kept, too few for a line through ${window}: there nothing was looked at`
    return every > interval ? 'rules that look ahead were looked at once a minute' : []
  })
}

export function silenceRemarks(
  { kind }: ConditionOf<'host-down'> | ConditionOf<'blind'>,
  { rawSince }: Reach,
  from: number
): string[] {
  const remarks: string[] = []
  if (rawSince > from)
    remarks.push(`before ${timeWords(rawSince)} silences within a minute or two are not known`)
  if (kind === 'blind')
    remarks.push(
      'how long data waited to be stored is not kept: only times at which all hosts were silent are found'
    )
  return remarks
}
