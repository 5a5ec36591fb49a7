/** `/api/v1/rules`: the rules, by hand and as a file. */
import { userOf } from '@miniobserv/access'
import type { PoolClient } from '@miniobserv/db'
import {
  Problem,
  RulesAnswer,
  RuleText,
  type SavedRule,
  SavedRule as SavedRuleSchema
} from '@miniobserv/protocol'
import { type App, type Deps, readBody, ServiceError } from '@miniobserv/service'
import Type from 'typebox'
import { checkRule } from '../rules/check.ts'
import { writeRules } from '../rules/file.ts'
import { listRules } from '../rules/listed.ts'
import { readRule } from '../rules/read.ts'
import { changeRule, createRule, deleteRule, findRule } from '../rules/save.ts'
import { loadRules, type StoredRule } from '../rules/stored.ts'
import { type Outbox, takeTurn } from '../rules/turn.ts'

const schema = { tags: ['alerts'], security: [{ session: [] }] }
const params = Type.Object({ id: Type.Integer() })
const querystring = Type.Object({
  strict: Type.Boolean({
    default: true,
    description: 'Whether a metric that no host ever sent is an error; false: it is a remark'
  })
})

const validatorCompiler = readBody((body) => readRule(body))

export interface RulesRoutesOptions {
  outbox: Outbox
  /** `RULES_FILE`, or empty: then nothing stands in the way of changing what an earlier file has left. */
  file: string
}

export function rulesRoutes(app: App, deps: Deps, { outbox, file }: RulesRoutesOptions): void {
  const { db } = deps
  const turn = <T>(by: string, work: Parameters<typeof takeTurn<T>>[2]) =>
    takeTurn({ ...deps, outbox }, by, work)
  const refuseFromFile = ({ source, name }: StoredRule): void => {
    if (source !== 'file' || file === '') return
    throw new ServiceError(409, 'rule_from_file', `${name} comes from RULES_FILE and is changed only there`)
  }
  const saved = async (client: PoolClient, id: number, remarks: string[]): Promise<SavedRule> => {
    const rule = (await listRules(client)).find((each) => each.id === id)
    return { ...(rule as NonNullable<typeof rule>), remarks }
  }

  app.get(
    '/api/v1/rules',
    { schema: { ...schema, summary: 'Rules, by name', response: { 200: RulesAnswer, '4xx': Problem } } },
    async () => ({ rules: await listRules(db) })
  )

  app.get(
    '/api/v1/rules/export.yaml',
    {
      schema: { ...schema, summary: 'All rules as RULES_FILE takes them', response: { 200: Type.String() } }
    },
    async (_, reply) => {
      const rules = await loadRules(db)
      const text = writeRules(rules.map(({ id, source, changedAt, changedBy, ...rule }) => rule))
      reply
        .type('application/yaml; charset=utf-8')
        .header('content-disposition', 'attachment; filename="rules.yaml"')
      return reply.serializer(String).send(text)
    }
  )

  app.post(
    '/api/v1/rules',
    {
      schema: {
        ...{ ...schema, summary: 'Make a rule', querystring, body: RuleText },
        response: { 201: SavedRuleSchema, '4xx': Problem }
      },
      validatorCompiler
    },
    async (request, reply) => {
      const { body: rule, query } = request
      const remarks = await checkRule(db, rule, query)
      const answer = await turn(userOf(request), async (now) =>
        saved(now.client, await createRule(now, rule, 'people'), remarks)
      )
      return reply.code(201).send(answer)
    }
  )

  app.put(
    '/api/v1/rules/:id',
    {
      schema: {
        ...{ ...schema, summary: 'Change a rule', params, querystring, body: RuleText },
        response: { 200: SavedRuleSchema, '4xx': Problem }
      },
      validatorCompiler
    },
    async (request) => {
      const { body: rule, query, params } = request
      const remarks = await checkRule(db, rule, query)
      return turn(userOf(request), async (now) => {
        const before = await findRule(now.client, params.id)
        refuseFromFile(before)
        await changeRule(now, before, rule, 'people')
        return saved(now.client, params.id, remarks)
      })
    }
  )

  app.delete(
    '/api/v1/rules/:id',
    {
      schema: {
        ...{ ...schema, summary: 'Delete a rule; its alerts are resolved', params },
        response: { 204: Type.Null(), '4xx': Problem }
      }
    },
    async (request, reply) => {
      await turn(userOf(request), async (now) => {
        const rule = await findRule(now.client, request.params.id)
        refuseFromFile(rule)
        await deleteRule(now, rule)
      })
      return reply.code(204).send(null)
    }
  )
}
