/** Hosts as the parameter `host` gives them: by name, or by what their labels say. */
import type { Pool } from '@miniobserv/db'
import { Many } from '@miniobserv/service'
import Type from 'typebox'
import { isPattern, likePattern, wantedAndNot } from './patterns.ts'

/** The parameter, wherever hosts are found by `hostIds`. */
export const HostsParameter = Many(
  Type.String(),
  'Only these hosts: names, with * and ?, or labels as team=web,env=prod; a leading ! for any but those. Several times: any of them'
)

/** Whether a host is what one of the selectors says; what a host lacks counts as the empty text, as in rules. */
const labelled = (selectors: string) => `exists (
  select from jsonb_array_elements(${selectors}::jsonb) selector where not exists (
    select from jsonb_each_text(selector) part
    where coalesce(labels ->> part.key, info ->> part.key, '') not like part.value))`

const MEANT = `
  select id from hosts
  where ($1::text[] is null or name = any($1) or name like any($2) or ${labelled('$3')})
    and not name like any($4) and not ${labelled('$5')}`

/**
 * @param names exact ones and patterns; `team=web,env=prod` is all hosts with these labels or facts. Of those with a `!`
 * alone, all hosts but those
 * @returns ids of the hosts that are meant; undefined for all hosts where none is named
 */
export async function hostIds(
  db: Pick<Pool, 'query'>,
  names: readonly string[] | undefined
): Promise<number[] | undefined> {
  if (!names || names.length === 0) return undefined
  const { wanted, not } = wantedAndNot(names)
  const { rows } = await db.query<{ id: number }>(MEANT, [
    ...[wanted.length === 0 ? null : wanted, wanted.filter(isPattern).map(likePattern), selectorsOf(wanted)],
    ...[not.map(likePattern), selectorsOf(not)]
  ])
  return rows.map(({ id }) => id)
}

/** As JSON: of each, the labels and what they must be like. A name that holds a `=` is looked for as a name besides. */
const selectorsOf = (names: readonly string[]): string =>
  JSON.stringify(
    names.flatMap((name) => {
      const pairs = name.split(',').map((part) => part.split(/=(.*)/s, 2))
      const complete = pairs.every(([label = '', value]) => label.trim() !== '' && value !== undefined)
      return complete
        ? [Object.fromEntries(pairs.map(([label = '', value = '']) => [label.trim(), likePattern(value)]))]
        : []
    })
  )
