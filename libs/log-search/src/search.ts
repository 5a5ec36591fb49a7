/** Reads a search text into what a line must have and must not have; `conditions.ts` makes SQL of it. */
import { LEVELS, type Level, levelNamed } from '@miniobserv/protocol'
import { ServiceError } from '@miniobserv/service'

/** A level, or none where nobody could tell a line's level. */
export type LevelOrNone = Level | 'none'

export type Term = { not: boolean } & (
  | { kind: 'text'; text: string }
  /** Any of them. */
  | { kind: 'level'; levels: LevelOrNone[] }
  /** Any of these names; `*` stands for anything. */
  | { kind: 'host' | 'source'; names: string[] }
  /** `other` where the attribute is there and has another value. */
  | { kind: 'attribute'; key: string; value: string; other: boolean }
)

/** Every term costs each line that is looked at. */
const MOST_TERMS = 40
const KEY = /^[\w@$][\w.@$/-]*(?=!?=)/
const FIELD = /^(level|host|source):/i

/**
 * Words, "phrases" (`\"` and `\\` inside), `-not`, `level:`, `host:`, `source:` and `key=value`; a line must fit all of
 * them. What cannot be wrong is not an error: a quote that is still open ends with the text, and a field without a
 * value asks for nothing.
 *
 * @throws {ServiceError} 400 `invalid_search` for a level that there is not
 */
export function parseSearch(text: string): Term[] {
  const terms: Term[] = []
  const reader = new Reader(text)
  while (reader.skipSpace()) {
    const begin = reader.at
    // "--verbose" is searched as it stands, and so is a dash alone.
    const not = /^-[^\s-]/.test(reader.rest)
    if (not) reader.at++
    const [field, name] = FIELD.exec(reader.rest) ?? []
    const [key] = KEY.exec(reader.rest) ?? []
    if (field && name) {
      reader.at += field.length
      const values = reader.list()
      const kind = name.toLowerCase() as 'level' | 'host' | 'source'
      if (values.length === 0) continue
      if (kind === 'level') terms.push({ kind, not, levels: values.flatMap((one) => levelsOf(one, begin)) })
      else terms.push({ kind, not, names: values })
    } else if (key) {
      const other = reader.rest[key.length] === '!'
      const operator = key.length + (other ? 2 : 1)
      const value = /^[\s=]|^$/.test(reader.rest.slice(operator)) ? undefined : reader.value(operator)
      if (value === undefined) terms.push({ kind: 'text', not, text: reader.word() })
      else terms.push({ kind: 'attribute', not, key, value, other })
    } else {
      const phrase = reader.rest.startsWith('"') ? reader.phrase() : reader.word()
      if (phrase !== '') terms.push({ kind: 'text', not, text: phrase })
    }
  }
  if (terms.length <= MOST_TERMS) return terms
  throw invalid(`a search may have ${MOST_TERMS} words and fields; this one has ${terms.length}`)
}

/** Reads on from `at`. */
class Reader {
  readonly text: string
  at = 0

  constructor(text: string) {
    this.text = text
  }

  get rest(): string {
    return this.text.slice(this.at)
  }

  /** @returns whether anything is left */
  skipSpace(): boolean {
    while (/\s/.test(this.text[this.at] ?? '')) this.at++
    return this.at < this.text.length
  }

  word(end = /\s/): string {
    const begin = this.at
    while (this.at < this.text.length && !end.test(this.text[this.at] as string)) this.at++
    return this.text.slice(begin, this.at)
  }

  /** From a quote to the next one. */
  phrase(): string {
    let phrase = ''
    for (this.at++; this.at < this.text.length; this.at++) {
      let character = this.text[this.at] as string
      if (character === '"') {
        this.at++
        break
      }
      const next = this.text[this.at + 1]
      if (character === '\\' && (next === '"' || next === '\\')) {
        character = next
        this.at++
      }
      phrase += character
    }
    return phrase
  }

  value(skip: number): string {
    this.at += skip
    return this.text[this.at] === '"' ? this.phrase() : this.word()
  }

  /** Values between commas, quoted or not, up to the next space. */
  list(): string[] {
    const values: string[] = []
    while (this.at < this.text.length && !/\s/.test(this.text[this.at] as string)) {
      if (this.text[this.at] === ',') this.at++
      const value = this.text[this.at] === '"' ? this.phrase() : this.word(/[\s,]/)
      if (value !== '') values.push(value)
    }
    return values
  }
}

/** `warn`, its beginning or another name for it (`w`, `warning`), `none`, `>=warn`, `<info`. */
function levelsOf(text: string, place: number): LevelOrNone[] {
  const [, operator = '', name = ''] = /^([<>]=?)?(.*)$/s.exec(text.toLowerCase()) ?? []
  if (operator === '' && name !== '' && 'none'.startsWith(name)) return ['none']
  // Someone is still typing the name.
  if (operator !== '' && name === '') return [...LEVELS, 'none']
  const level = LEVELS.find((one) => one.startsWith(name)) ?? levelNamed(name)
  if (level === undefined) {
    throw invalid(`level: takes ${LEVELS.join(', ')} or none, not ${JSON.stringify(text)}`, place)
  }
  const i = LEVELS.indexOf(level)
  if (operator === '') return [level]
  if (operator.startsWith('>')) return LEVELS.slice(operator === '>=' ? i : i + 1)
  return LEVELS.slice(0, operator === '<=' ? i + 1 : i)
}

const invalid = (detail: string, place?: number): ServiceError =>
  new ServiceError(
    400,
    'invalid_search',
    place === undefined ? detail : `${detail} (character ${place + 1})`,
    {
      path: 'q'
    }
  )
