/** The quick filter over hosts: parts of the name, `team=web` for labels and facts, `is=down` for the state. */
import type { Host } from '@miniobserv/protocol'
import { DOWN, type Row } from './rows.ts'

type Test = (host: Host, row: Row) => boolean

const STATES: Record<string, (row: Row) => boolean> = {
  down: ({ trouble }) => trouble === DOWN,
  attention: ({ trouble }) => trouble > 0 && trouble < DOWN,
  well: ({ trouble }) => trouble === 0
}

/** A word, or `name=value`, the value perhaps in quotes: then it is the whole of it, else a part. */
const WORD = /([^\s=]+)=(?:"([^"]*)"?|(\S*))|"([^"]*)"?|(\S+)/g

/** All words must match; upper and lower case are the same. */
export function readFilter(text: string): Test {
  const tests = [...text.toLowerCase().matchAll(WORD)].map(([, key, exact, part, quoted, word]): Test => {
    if (key === undefined) {
      const wanted = quoted ?? word ?? ''
      return ({ name }) => name.toLowerCase().includes(wanted)
    }
    const state = key === 'is' ? STATES[exact ?? part ?? ''] : undefined
    if (state) return (_, row) => state(row)
    return ({ labels, info }) => has(labels, key, exact, part) || has(info, key, exact, part)
  })
  return (host, row) => tests.every((test) => test(host, row))
}

/** A key is the whole name or some of its parts: `os` and `kernel` both find `os.kernel`. */
function has(facts: Record<string, unknown>, key: string, exact: string | undefined, part = ''): boolean {
  for (const [name, value] of Object.entries(facts)) {
    if (!`.${name.toLowerCase()}.`.includes(`.${key}.`)) continue
    const text = String(value).toLowerCase()
    if (exact === undefined ? text.includes(part) : text === exact) return true
  }
  return false
}

/** What finds the hosts of one value, as someone would type it. An empty value is one that is not there. */
export function termOf(key: string, value: string): string {
  return `${key}="${value}"`
}
