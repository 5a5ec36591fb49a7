/** A unit as people say it: OpenTelemetry writes `1` for a ratio, `By`, `{thread}`. */
import { texts } from '../texts.ts'

export const unitWord = (unit: string): string =>
  texts.questions.units[unit] ?? unit.replace(/\{([^}]*)\}/g, '$1')
