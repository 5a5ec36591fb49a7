/** What is wrong with a rule beyond its shape, said so that whoever wrote it can mend it. */
import type { Pool, PoolClient } from '@miniobserv/db'
import { METRICS, type RuleText } from '@miniobserv/protocol'
import { matchesPattern } from '../match.ts'
import { checkDurations } from './bounds.ts'
import { hasLabel, hasValue, hostNames, metricExists, nearMetrics, someLabels } from './known.ts'
import { checkPatterns, looksLikeRegex, noRegex, pointer } from './patterns.ts'
import { checkQuery } from './query-text.ts'
import { refused } from './refused.ts'
import { checkValues } from './values.ts'

const AGENTS_METRICS = new Set<string>(Object.values(METRICS).map(({ name }) => name))

/** What needs no database. @throws {ServiceError} 422 with a code and a path */
export function checkText(rule: RuleText): void {
  const { name, condition } = rule
  if (name.trim() !== name || /\p{Cc}/u.test(name)) {
    const detail = 'a name has no spaces around it and no line breaks or other control characters'
    throw refused('name_unusable', '/name', detail)
  }
  checkDurations(rule)
  checkPatterns(rule)
  checkValues(condition)
  if (condition.kind === 'log-match') checkQuery(condition.query)
}

/**
 * All of it: against what hosts have sent so far, too.
 *
 * @param strict whether a metric that nobody ever sent is an error; else it is a remark
 * @returns remarks for whoever wrote it: what is allowed, but perhaps not meant
 * @throws {ServiceError} 422 with a code and a path
 */
export async function checkRule(
  db: Pool | PoolClient,
  rule: RuleText,
  { strict }: { strict: boolean }
): Promise<string[]> {
  checkText(rule)
  return [...(await checkMetric(db, rule, strict)), ...(await checkHosts(db, rule))]
}

async function checkMetric(
  db: Pool | PoolClient,
  { condition }: RuleText,
  strict: boolean
): Promise<string[]> {
  if (!('metric' in condition)) return []
  const { metric, where = {} } = condition
  if (!(await metricExists(db, metric))) {
    if (AGENTS_METRICS.has(metric)) return [`no host has sent ${metric} so far`]
    const near = await nearMetrics(db, metric)
    const meant = near.length > 0 ? `; did you mean ${listed(near)}?` : ''
    const detail = `no host has ever sent a metric named ${metric}${meant}`
    if (!strict) return [detail]
    const ahead =
      near.length > 0 ? '' : ' A rule for a metric that is still to come is saved with strict=false.'
    throw refused('unknown_metric', '/condition/metric', detail + ahead)
  }
  const labels = await someLabels(db, metric)
  const remarks: string[] = []
  for (const label of (condition.kind === 'threshold' && condition.by) || []) {
    if (!(await hasLabel(db, metric, label))) remarks.push(noLabel(metric, label, labels))
  }
  for (const [label, pattern] of Object.entries(where)) {
    // A series without the label is none of those that are left out.
    if (pattern.startsWith('!') || (await hasValue(db, metric, label, pattern))) continue
    if (looksLikeRegex(pattern)) throw noRegex(pointer('/condition/where', label), pattern)
    if (!(await hasLabel(db, metric, label))) remarks.push(noLabel(metric, label, labels))
    else {
      const there = listed(labels.get(label) ?? [])
      remarks.push(`no series of ${metric} has ${label} = ${pattern}; there is ${there}`)
    }
  }
  return remarks
}

async function checkHosts(db: Pool | PoolClient, { hosts }: RuleText): Promise<string[]> {
  const wanted = [...hosts.entries()].filter(([, pattern]) => pattern !== '*' && !pattern.startsWith('!'))
  if (wanted.length === 0) return []
  const names = await hostNames(db)
  const remarks: string[] = []
  for (const [i, pattern] of wanted) {
    if (names.some((name) => matchesPattern(pattern, name))) continue
    if (looksLikeRegex(pattern)) throw noRegex(`/hosts/${i}`, pattern)
    remarks.push(`no host is named ${pattern} so far`)
  }
  return remarks
}

const noLabel = (metric: string, label: string, labels: ReadonlyMap<string, unknown>): string =>
  `no series of ${metric} has the label ${label}; ` +
  (labels.size > 0 ? `there is ${listed([...labels.keys()])}` : 'they have none')

const listed = (names: readonly string[]): string =>
  names.length >= 10 ? `${names.slice(0, 10).join(', ')}, …` : names.join(', ')
