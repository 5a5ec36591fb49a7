/** How bad it is. */
import Type from 'typebox'

export const SEVERITIES = ['info', 'warning', 'critical'] as const
export const Severity = Type.Enum([...SEVERITIES], { description: 'How bad it is, and who hears of it.' })
export type Severity = (typeof SEVERITIES)[number]
