/** What could come next in a search: fields and their values, attributes that the lines have, searches from before. */
import { texts } from '../../texts.ts'
import { LEVELS } from './filter.ts'

export interface Known {
  hosts: readonly string[]
  sources: readonly string[]
  /** Values seen in the lines that are shown, by attribute. */
  attributes: ReadonlyMap<string, readonly string[]>
  /** Newest first. */
  history: readonly string[]
}

export interface Suggestion {
  /** What the search is when it is taken. */
  q: string
  shown: string
  hint: string
}

const MOST = 8
const FIELDS = ['level:', 'host:', 'source:']

/** For the word at the end of the search; with nothing typed, how to write a search. */
export function suggest(q: string, known: Known): Suggestion[] {
  const { hints } = texts.logs
  const [, before = '', word = ''] = /^(.*\s)?(\S*)$/s.exec(q) ?? []
  if (q.trim() === '') {
    const syntax = hints.syntax.map(([shown, hint]) => ({ q: shown, shown, hint }))
    return [
      ...known.history.slice(0, 5).map((one) => ({ q: one, shown: one, hint: hints.recent })),
      ...syntax
    ]
  }
  const [, not = '', name = ''] = /^(-?)(.*)$/s.exec(word) ?? []
  const finish = (text: string, hint = ''): Suggestion => {
    const term = `${not}${text}`
    // After a field or a key its value follows, after a value the next term.
    return { q: `${before}${term}${/[:=]$/.test(text) ? '' : ' '}`, shown: term, hint }
  }
  const [, field, typed = ''] = /^(level|host|source):(.*)$/i.exec(name) ?? []
  if (field) {
    const values = { level: LEVELS, host: known.hosts, source: known.sources }[field.toLowerCase()] ?? []
    const [, list = '', last = ''] = /^(.*,)?([^,]*)$/.exec(typed) ?? []
    return pick(values, last).map((value) => finish(`${field}:${list}${value}`))
  }
  const [, key, value = ''] = /^([^=]+)=(.*)$/.exec(name) ?? []
  if (key)
    return pick(known.attributes.get(key) ?? [], value)
      .filter(plain)
      .map((one) => finish(`${key}=${one}`, hints.seen))
  if (name === '') return []
  const keys = [...known.attributes.keys()].map((one) => `${one}=`)
  const before1 = known.history.filter((one) => one !== q.trim() && one.startsWith(q.trim()))
  return [
    ...pick(FIELDS, name).map((one) => finish(one)),
    ...pick(keys, name).map((one) => finish(one, hints.seen)),
    ...before1.map((one) => ({ q: one, shown: one, hint: hints.recent }))
  ].slice(0, MOST)
}

/** Those that begin with it first, then those that have it somewhere; not what is there already. */
function pick(values: readonly string[], typed: string): string[] {
  const part = typed.toLowerCase()
  const fit = values.filter((value) => value.toLowerCase().includes(part) && value !== typed)
  const begins = (value: string) => value.toLowerCase().startsWith(part)
  return [...fit.filter(begins), ...fit.filter((value) => !begins(value))].slice(0, MOST)
}

const plain = (value: string): boolean => !/[\s"]/.test(value)
