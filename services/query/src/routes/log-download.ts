/** `GET /api/v1/logs/download`: the lines of a search as a file, newest first, written as they are found. */
import { reading } from '@miniobserv/db'
import { type FoundLine, Problem } from '@miniobserv/protocol'
import { type App, type Deps, goneSignal } from '@miniobserv/service'
import Type from 'typebox'
import type { QuerySettings } from '../config.ts'
import { findLines, type Place } from '../lines.ts'
import { checkRange, LogQuestionParameters, readLogQuestion } from '../log-question.ts'
import { streamed } from '../stream.ts'

/** Lines of one statement: so long as nobody reads on, the database is not asked for more. */
const PAGE = 1_000

const FORMATS = {
  ndjson: { type: 'application/x-ndjson', write: (line: FoundLine): string => JSON.stringify(line) },
  text: {
    type: 'text/plain; charset=utf-8',
    write: ({ time, host, source, level, message }: FoundLine): string =>
      [new Date(time).toISOString(), host, source, (level ?? '-').toUpperCase(), message].join(' ')
  }
} as const

export function logDownloadRoute(app: App, deps: Deps<QuerySettings>): void {
  const schema = {
    summary: 'Log lines as a file, newest first',
    tags: ['read'],
    querystring: Type.Object({
      ...LogQuestionParameters.properties,
      format: Type.Enum(['ndjson', 'text'], {
        default: 'ndjson',
        description: 'A JSON object a line, or time, host, source, level and message'
      }),
      limit: Type.Integer({
        ...{ default: 100_000, minimum: 1, maximum: 1_000_000 },
        description: 'Lines at most; older ones are left out'
      })
    }),
    produces: Object.values(FORMATS).map(({ type }) => type),
    response: { '4xx': Problem, '5xx': Problem }
  }
  app.get('/api/v1/logs/download', { schema }, async ({ query }, reply) => {
    const { time, from, to, wanted } = await readLogQuestion(deps, query)
    checkRange(from, to)
    const { type, write } = FORMATS[query.format]
    const patience = { timeout: deps.settings.QUERY_TIMEOUT, signal: goneSignal(reply) }
    const file = await streamed(async (send) => {
      let left = query.limit
      for (let after: Place | null | undefined; after !== null && left > 0; ) {
        const page = {
          ...{ ...wanted, from, to, direction: 'older' as const },
          ...{ after, limit: Math.min(PAGE, left) }
        }
        const { lines, end } = await reading(deps.db, patience, (db) => findLines(db, page))
        await send(lines.map((line) => `${write(line)}\n`).join(''))
        left -= lines.length
        after = end
      }
    }, patience.signal)
    const name = `logs-${new Date(time).toISOString().slice(0, 19).replaceAll(':', '-')}`
    return reply
      .type(type)
      .header(
        'content-disposition',
        `attachment; filename="${name}.${query.format === 'text' ? 'log' : 'ndjson'}"`
      )
      .send(file as never) // already written
  })
}
