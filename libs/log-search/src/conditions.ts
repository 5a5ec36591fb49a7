/** Makes SQL of a search: what the text index can tell of whole blocks, and what holds of a line itself. */
import { LEVELS } from '@miniobserv/protocol'
import type { Hashes } from './block-hashes.ts'
import type { LevelOrNone, Term } from './search.ts'

/** Collects values, and gives each its place in the statement. */
export class Parameters {
  readonly values: unknown[] = []

  add(value: unknown): string {
    return `$${this.values.push(value)}`
  }
}

export interface Wanted {
  terms: readonly Term[]
  /** Each undefined for any. */
  hosts: readonly number[] | undefined
  sources: readonly string[] | undefined
  levels: readonly LevelOrNone[] | undefined
  /** For a term, sets of hashes: a block has one of each. See block-hashes.ts. */
  hashes: ReadonlyMap<Term, Hashes>
}

export interface Conditions {
  /** About a block `b`: true for every block that has a line which fits. */
  block: string[]
  /** The same, for the text index. */
  text: string[]
  /** About a line `l` of it. */
  line: string[]
}

export const millis = (place: string): string =>
  `timestamptz 'epoch' + ${place}::bigint * interval '1 millisecond'`

/** Blocks that may have lines in a range. One spans less than an hour (the writer sees to it), hence its bounds. */
export const blocksWithin = (start: string, end: string): string =>
  `b.time >= ${start} and b.time < ${end} + interval '1 hour' and b.min_time < ${end}`

const TEXT = 'log_text(b.messages, b.attributes)'

/** @param index whether to use it; a statement may hold no value that it does not use */
export function conditionsOf(
  { terms, hosts, sources, levels, hashes }: Wanted,
  parameters: Parameters,
  index = true
): Conditions {
  const found: Conditions = { block: [], text: [], line: [] }
  if (hosts) found.block.push(`b.host_id = any(${parameters.add(hosts)})`)
  if (sources) found.line.push(`l.source = any(${parameters.add(sources)})`)
  if (levels) addLevels(found, levels, false, parameters)
  const none: Hashes = { sets: [], enough: true }
  for (const term of terms) addTerm(found, term, index ? hashes.get(term) : none, parameters)
  return found
}

/** Whether lines have to be looked at one by one: the counts of a block do not tell. */
export const readsLines = ({ terms, sources }: Wanted): boolean =>
  sources !== undefined ||
  terms.some(({ kind }) => kind === 'text' || kind === 'attribute' || kind === 'source')

function addTerm(found: Conditions, term: Term, hashed: Hashes | undefined, parameters: Parameters): void {
  const { not } = term
  if (!not) for (const set of hashed?.sets ?? []) found.text.push(`b.terms && ${parameters.add(set)}::int4[]`)
  const add = (block: string[], line: string) => {
    if (!not && block.length > 0) found.text.push(`(${block.join(' or ')})`)
    found.line.push(not ? `not coalesce(${line}, false)` : line)
  }
  switch (term.kind) {
    case 'host': // Ids by now.
      return
    case 'level':
      addLevels(found, term.levels, not, parameters)
      return
    case 'source': {
      const names = term.names.flatMap((name) => [wild(name), `%/${wild(name)}`])
      found.line.push(`${not ? 'not ' : ''}l.source ilike any(${parameters.add(names)})`)
      return
    }
    case 'text': {
      const [message, attributes] = distinct(parameters, [
        `%${literal(term.text)}%`,
        `%${literal(quoted(term.text))}%`
      ])
      const places = message === attributes ? [message] : [message, attributes]
      add(
        hashed?.enough ? [] : places.map((place) => `${TEXT} ilike ${place}`),
        `(l.message ilike ${message} or l.attributes ilike ${attributes})`
      )
      return
    }
    case 'attribute': {
      const { key, value, other } = term
      const last = key.slice(key.lastIndexOf('.') + 1)
      const named = parameters.add(`%${literal(quoted(last))}":%`)
      const [name, path, pattern] = [key, key.split('.'), wild(value)].map((one) => parameters.add(one))
      const attribute = `case when l.attributes ilike ${named} then
          coalesce(l.attributes::jsonb ->> ${name}::text, l.attributes::jsonb #>> ${path}::text[]) end`
      if (other) {
        add([`${TEXT} ilike ${named}`], `(${attribute}) not ilike ${pattern}`)
        return
      }
      // Without a hash the value has a star.
      add(hashed ? [] : [`${TEXT} ilike ${named}`], `(${attribute}) ilike ${pattern}`)
    }
  }
}

/** The same place for equal values. */
function distinct(parameters: Parameters, values: readonly string[]): string[] {
  const places = new Map<string, string>()
  return values.map((value) => {
    const place = places.get(value) ?? parameters.add(value)
    places.set(value, place)
    return place
  })
}

function addLevels(
  { block, line }: Conditions,
  levels: readonly LevelOrNone[],
  not: boolean,
  parameters: Parameters
): void {
  const wanted = not ? ([...LEVELS, 'none'] as const).filter((level) => !levels.includes(level)) : levels
  const some = wanted.map((level) => `b.level_counts[${levelPlace(level)}] > 0`)
  block.push(`(${['b.level_counts is null', ...some].join(' or ')})`)
  line.push(`l.level = any(${parameters.add(wanted.map((level) => (level === 'none' ? '' : level)))})`)
}

/** Where `level_counts` counts this level, from one: lines without a level come first. */
export const levelPlace = (level: LevelOrNone): number => (level === 'none' ? 1 : LEVELS.indexOf(level) + 2)

/** As it stands within a string of JSON. */
export const quoted = (text: string): string => JSON.stringify(text).slice(1, -1)

const literal = (text: string): string => text.replace(/[\\%_]/g, '\\$&')

/** A pattern in which `*` stands for anything. */
export const wild = (text: string): string => literal(text).replaceAll('*', '%')
