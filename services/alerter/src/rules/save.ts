/** Changes rules, with a note in the history of who did what, and without leaving alerts behind that nobody resolves. */
import type { PoolClient } from '@miniobserv/db'
import type { Condition, RuleText } from '@miniobserv/protocol'
import { ServiceError } from '@miniobserv/service'
import { writeEvents } from '../events.ts'
import { matchesName } from '../match.ts'
import { difference, same } from './difference.ts'
import { resolveAlerts } from './resolve.ts'
import { loadRules, type StoredRule } from './stored.ts'
import type { Turn } from './turn.ts'
import { unitsOf } from './units.ts'

type Source = StoredRule['source']

/** @returns its id @throws {ServiceError} 409 `rule_exists` */
export async function createRule(turn: Turn, rule: RuleText, source: Source): Promise<number> {
  const { client, by, now } = turn
  await refuseTwins(client, rule.name)
  const { rows } = await client.query<{ id: number }>(
    `insert into rules (name, spec, source, changed_at, changed_by) values ($1, $2, $3, $4, $5) returning id`,
    [rule.name, specOf(rule), source, new Date(now), by]
  )
  const id = rows[0]?.id as number
  await note(turn, id, rule, 'rule created')
  return id
}

/**
 * Writes it down if anything is different. Alerts of what it no longer looks at are resolved; with a new threshold, the
 * next look decides.
 *
 * @throws {ServiceError} 409 `rule_exists`
 */
export async function changeRule(
  turn: Turn,
  before: StoredRule,
  after: RuleText,
  source: Source
): Promise<void> {
  const { client, by, now } = turn
  const { id, source: from, changedAt: _, changedBy: __, ...text } = before
  const unitOf = await unitsOf(client, [text.condition, after.condition])
  const what = difference(text, after, unitOf)
  if (what === '' && from === source) return
  if (before.name !== after.name) await refuseTwins(client, after.name)
  await client.query(
    'update rules set name = $2, spec = $3, source = $4, changed_at = $5, changed_by = $6 where id = $1',
    [id, after.name, specOf(after), source, new Date(now), by]
  )
  await note(turn, id, after, `rule changed: ${what || `source ${from} → ${source}`}`)
  if (!after.enabled) {
    await resolveAlerts(turn, before, 'the rule was switched off')
    await client.query('delete from rule_status where rule_id = $1', [id])
  } else if (!same(subject(before.condition), subject(after.condition))) {
    await resolveAlerts(turn, before, 'the rule looks at something else now')
  } else if (!same(before.hosts, after.hosts)) {
    const keeps = (host: string) => matchesName(after.hosts, host)
    await resolveAlerts(turn, before, 'the rule leaves this host out now', keeps)
  }
}

export async function deleteRule(turn: Turn, rule: StoredRule): Promise<void> {
  await resolveAlerts(turn, rule, 'the rule was deleted')
  await note(turn, rule.id, rule, 'rule deleted')
  await turn.client.query('delete from rules where id = $1', [rule.id])
}

/** @throws {ServiceError} 404 `rule_unknown` */
export async function findRule(client: PoolClient, id: number): Promise<StoredRule> {
  const rule = (await loadRules(client)).find((each) => each.id === id)
  if (!rule) throw new ServiceError(404, 'rule_unknown', `there is no rule ${id}`)
  return rule
}

/** What decides which hosts and series have a state, and what a state is about. */
function subject(condition: Condition): unknown {
  const { kind } = condition
  if (kind === 'threshold') {
    const { metric, where, across, by } = condition
    return { kind, metric, where, across, by, above: condition.op.startsWith('>') }
  }
  if (kind === 'no-data' || kind === 'forecast')
    return { kind, metric: condition.metric, where: condition.where }
  return kind === 'log-match' ? { kind, query: condition.query } : { kind }
}

async function refuseTwins(client: PoolClient, name: string): Promise<void> {
  const { rows } = await client.query<{ source: Source }>('select source from rules where name = $1', [name])
  if (!rows[0]) return
  const whose = { default: 'the rules that came with the program', people: 'the rules made by hand' }
  const where = rows[0].source === 'file' ? 'the rules of RULES_FILE' : whose[rows[0].source]
  throw new ServiceError(409, 'rule_exists', `a rule named ${name} is already among ${where}`, {
    path: '/name'
  })
}

const note = (
  { client, now, by }: Turn,
  ruleId: number,
  { name, severity }: RuleText,
  summary: string
): Promise<void> =>
  writeEvents(client, [{ at: now, ruleId, rule: name, severity, from: null, to: null, summary, by }])

function specOf({ name: _, ...spec }: RuleText): Omit<RuleText, 'name'> {
  return spec
}
