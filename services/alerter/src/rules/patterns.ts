/** Tells people who write a regular expression that patterns here take * and ? only. None is ever run. */
import type { RuleText } from '@miniobserv/protocol'
import { pointer } from '@miniobserv/service'
import { refused } from './refused.ts'

/** What nobody would write as a name: alternatives, a repeated group, an escaped class, anchors, /…/ with flags. */
const SURELY = /\||\)[*+?{]|\\[dDwWsSbB.]|\(\?|\[[^\]]+\][*+?{]|^\^|[^$]\$$|^\/.*[*+?()[\]].*\/[dgimsuvy]*$/

/** A dot before a star is also what `web.*` for web.example.org looks like. */
const PERHAPS = /\.[*+]/

/** Whether it was surely, perhaps or not meant as a regular expression. */
export function looksLikeRegex(pattern: string): 'surely' | 'perhaps' | undefined {
  const bare = pattern.replace(/^!/, '')
  if (SURELY.test(bare)) return 'surely'
  return PERHAPS.test(bare) ? 'perhaps' : undefined
}

export const surelyRegex = (pattern: string): boolean => looksLikeRegex(pattern) === 'surely'

export const noRegex = (path: string, pattern: string) =>
  refused(
    'regular_expression',
    path,
    `${JSON.stringify(pattern)} looks like a regular expression; patterns take * for any text and ? for one character, ` +
      'and a leading ! for anything but that'
  )

/** @throws {ServiceError} 422 `regular_expression` */
export function checkPatterns({ hosts, condition }: RuleText): void {
  for (const [i, pattern] of hosts.entries()) {
    if (surelyRegex(pattern)) throw noRegex(`/hosts/${i}`, pattern)
  }
  const where = 'where' in condition ? condition.where : undefined
  for (const [label, pattern] of Object.entries(where ?? {})) {
    if (surelyRegex(pattern)) throw noRegex(pointer('/condition/where', label), pattern)
  }
}

export { pointer }
