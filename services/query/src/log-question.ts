/** Which lines a request means: the parameters that searching, counting and downloading share. */
import { blockHashes, parseSearch, searchedHosts, type Wanted } from '@miniobserv/log-search'
import { LEVELS } from '@miniobserv/protocol'
import { type Deps, Many, parseTime, ServiceError, TimeText } from '@miniobserv/service'
import Type, { type Static } from 'typebox'
import { HostsParameter, hostIds } from './host-ids.ts'

export const LogQuestionParameters = Type.Object({
  q: Type.String({
    default: '',
    maxLength: 1000,
    description:
      'What a line must have, all of it: words and "phrases" anywhere in its text, in any case; -not; ' +
      'level:warn, level:warn,error, level:>=warn, level:none; host:web-*; source:nginx/*; key=value, a.b=value*, ' +
      'key!=value of its attributes'
  }),
  host: HostsParameter,
  source: Many(Type.String(), 'Only this source, for example /var/log/syslog; may stand there several times'),
  level: Many(Type.Enum([...LEVELS]), 'Only this level; may stand there several times'),
  from: TimeText('The first time, -14d if missing'),
  to: TimeText('The time after the last, now if missing')
})
export type LogQuestion = Static<typeof LogQuestionParameters>

/** Without `to`, lines stamped a little ahead of our clock are shown too. */
const AHEAD = 600_000

/** @throws {ServiceError} where a time or the search cannot be read */
export async function readLogQuestion({ db, now }: Pick<Deps, 'db' | 'now'>, question: LogQuestion) {
  const time = now()
  const from = parseTime(question.from ?? '-14d', 'from', time)
  const to = question.to === undefined ? time + AHEAD : parseTime(question.to, 'to', time)
  const { source, level, host, q } = question
  const terms = parseSearch(q)
  const hosts = await searchedHosts(db, await hostIds(db, host), terms)
  const wanted: Wanted = {
    terms,
    hosts,
    sources: source,
    levels: level,
    hashes: await blockHashes(db, terms)
  }
  return { time, from, to, wanted }
}

export function checkRange(from: number, to: number): void {
  if (from < to) return
  throw new ServiceError(400, 'invalid_range', 'from must lie before to', { path: 'from' })
}
