/** Keeps the rules that `RULES_FILE` holds as the file has them: at start, and whenever it changes. */
import { readFile, stat } from 'node:fs/promises'
import type { Pool } from '@miniobserv/db'
import type { RuleText } from '@miniobserv/protocol'
import { type Logger, ServiceError } from '@miniobserv/service'
import { checkRule } from './check.ts'
import { parseRules } from './file.ts'
import { changeRule, createRule, deleteRule } from './save.ts'
import { loadRules } from './stored.ts'
import { type Outbox, type Turn, takeTurn } from './turn.ts'

/** Who it was, in the history. */
const BY = 'RULES_FILE'

/**
 * Makes the rules of source `file` these and no others; the same again changes nothing. A rule that came with the
 * program and has one of their names becomes the file's; one that people made does not.
 *
 * @throws {ServiceError} 409 `rule_exists`; the rule's name is part of the message
 */
async function applyRules(turn: Turn, rules: readonly RuleText[]): Promise<void> {
  const stored = await loadRules(turn.client)
  const wanted = new Set(rules.map(({ name }) => name))
  for (const rule of stored) {
    if (rule.source === 'file' && !wanted.has(rule.name)) await deleteRule(turn, rule)
  }
  for (const rule of rules) {
    const before = stored.find(({ name }) => name === rule.name)
    if (before?.source === 'people') {
      const detail = `${rule.name}: people have made a rule of this name by hand; rename one of the two, or delete theirs`
      throw new ServiceError(409, 'rule_exists', detail, { path: '/name' })
    }
    if (before) await changeRule(turn, before, rule, 'file')
    else await createRule(turn, rule, 'file')
  }
}

/** @returns remarks, each with its rule's name before it @throws {ServiceError} 422, with it too */
async function checkRules(db: Pool, rules: readonly RuleText[]): Promise<string[]> {
  const remarks: string[] = []
  for (const rule of rules) {
    const found = await checkRule(db, rule, { strict: false }).catch((error) => {
      throw error instanceof ServiceError
        ? new ServiceError(error.statusCode, error.code, `${rule.name}: ${error.message}`, error.extra)
        : error
    })
    remarks.push(...found.map((remark) => `${rule.name}: ${remark}`))
  }
  return remarks
}

export interface RulesFileKeeper {
  /** Looks whether the file has changed, and applies it; never throws. What is wrong is logged once. */
  poll(): Promise<void>
}

/** @param path of the file; empty: there is none */
export function rulesFileKeeper(
  path: string,
  deps: { db: Pool; now: () => number; log: Logger; outbox: Outbox }
): RulesFileKeeper {
  const { log } = deps
  let seen: string | undefined
  let complaint: string | undefined
  const complain = (message: string): void => {
    if (message !== complaint) log.error(`RULES_FILE ${path}: ${message}\nThe rules stay as they were`)
    complaint = message
  }
  return {
    async poll() {
      if (path === '') return
      try {
        const { mtimeMs, size, ino } = await stat(path)
        const stamp = `${mtimeMs} ${size} ${ino}`
        if (stamp === seen) return
        const rules = parseRules(await readFile(path, 'utf8'))
        const remarks = await checkRules(deps.db, rules)
        await takeTurn(deps, BY, (turn) => applyRules(turn, rules))
        seen = stamp
        complaint = undefined
        log.info(`RULES_FILE ${path}: ${rules.length} rules`)
        for (const remark of remarks) log.warn(`RULES_FILE ${path}: ${remark}`)
      } catch (error) {
        // Tried again at each poll: a name may become free, the database come back, the file be complete.
        complain((error as Error).message)
      }
    }
  }
}
