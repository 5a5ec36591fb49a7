/** How rules, routes and silences say what they mean: by labels, and for how long. */
import Type from 'typebox'

/** `30s`, `5m`, `24h`, `7d`. */
export const DurationText = (description: string, options: { default?: string } = {}) =>
  Type.String({
    pattern: '^\\d+(\\.\\d+)?(s|m|h|d)$',
    maxLength: 20,
    description,
    examples: ['30s', '5m', '24h', '7d'],
    ...options
  })

/** What a label must be: a value, with `*` and `?` as in file names; with `!` before it, anything but that. */
export const Where = Type.Record(Type.String({ maxLength: 200 }), Type.String({ maxLength: 1000 }), {
  description: 'Labels and what they must be: a value with * and ?; a leading ! turns it round.'
})
