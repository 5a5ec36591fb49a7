/** The questions of `bench logs`, each asked many times with other words, over HTTP. */
import { createRandom } from '../e2e/chaos/random.ts'
import { quantile } from './freshness.ts'
import { missingWords, rareWords, words } from './log-lines.ts'

type Answer = { lines: { attributes: Record<string, unknown> }[]; next: string | null; total?: number }
export type Ask = (path: string) => Promise<Answer>

export interface Asked {
  p50: number
  p95: number
  most: number
  /** What an answer held on average: lines, or what a histogram counted. */
  found: number
}

const WORKED = { before: 3, shown: 100 }

/** @param ask gives the parsed answer of a path below /api/v1/logs, or throws */
export async function askLogs(
  ask: Ask,
  { calls, hosts, from }: { calls: number; hosts: number; from: number }
): Promise<Record<string, Asked>> {
  const random = createRandom(1, 'questions')
  const of = <T>(all: readonly T[]) => all[random.below(all.length)] as T
  const q = (text: string, more = '') =>
    `?q=${encodeURIComponent(text)}&limit=${WORKED.shown}&from=${from}${more}`
  const host = () => `&host=host-${random.below(hosts)}`
  const frequent = () => of(words.slice(0, 20))

  // Values that are there, from all over the time.
  const ids: string[] = []
  const users: string[] = []
  for (let i = 0; i < calls; i++) {
    const to = Math.floor(from + (Date.now() - from) * (0.02 + 0.97 * random.next()))
    const { lines } = await ask(`${q('level:>=debug source:app.json')}&to=${to}`)
    for (const { attributes } of lines.slice(0, 1)) {
      ids.push(String(attributes.reqId))
      users.push(String(attributes.user))
    }
  }
  const cursor: string[] = []
  for (let i = 0; i < calls; i++) cursor.push((await ask(q(frequent()))).next ?? '')

  const questions: Record<string, (call: number) => string> = {
    'newest lines': () => q(''),
    'rare word': () => q(of(rareWords)),
    'no hit': () => q(of(missingWords)),
    substring: () => q(of(rareWords).slice(1, -1)),
    'frequent word': () => q(frequent()),
    'host + word': () => q(of(words.slice(100, 1_000)), host()),
    'next page': (call) => `${q(frequent())}&cursor=${cursor[call % cursor.length]}`,
    'one id': (call) => q(ids[call % ids.length] as string),
    'key=value': (call) => q(`user=${users[call % users.length]}`),
    'level and word': () => q(`level:fatal ${of(words.slice(0, 200))}`),
    'histogram of all': () => `/histogram?from=${from}`,
    'histogram of a rare word': () => `/histogram?from=${from}&q=${of(rareWords)}`,
    'histogram of a frequent word': () => `/histogram?from=${from}&q=${frequent()}`
  }
  const asked: Record<string, Asked> = {}
  for (const [name, question] of Object.entries(questions)) {
    const times: number[] = []
    let found = 0
    for (let call = -WORKED.before; call < calls; call++) {
      const path = question(Math.max(0, call))
      const began = performance.now()
      const answer = await ask(path)
      if (call < 0) continue
      times.push(performance.now() - began)
      found += answer.total ?? answer.lines.length
    }
    times.sort((a, b) => a - b)
    const [p50, p95, most] = [quantile(times, 0.5), quantile(times, 0.95), times.at(-1) ?? Number.NaN]
    asked[name] = { p50, p95, most, found: found / calls }
  }
  return asked
}
