/** Whether a log-match rule's search can be searched for. */
import { parseSearch } from '@miniobserv/log-search'
import { looksLikeRegex, noRegex } from './patterns.ts'
import { refused } from './refused.ts'

const PATH = '/condition/query'

/** @throws {ServiceError} 422 `query_empty`, `regular_expression`, `invalid_search` */
export function checkQuery(text: string): void {
  if (!/[^\s"]/.test(text)) {
    throw refused(
      'query_empty',
      PATH,
      'the search is empty; it takes words and "phrases" that a line must hold'
    )
  }
  // A search finds any other text as it stands; in slashes or with a repeated group, somebody meant something else.
  if (/^\/.*\/[dgimsuvy]*$|\)[*+{]/.test(text) && looksLikeRegex(text)) throw noRegex(PATH, text)
  try {
    parseSearch(text)
  } catch (error) {
    throw refused('invalid_search', PATH, (error as Error).message)
  }
}
