/** How the hosts of a rule stand from look to look, and what is told of it: whatever they show, and whatever is held back. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type AlertRow, type Finding, standings, WHOLE } from '../src/evaluate/standings.ts'
import { tell } from '../src/evaluate/tell.ts'
import { readRule } from '../src/rules/read.ts'

const NOW = 1_795_433_330_000
const HOSTS = ['a', 'b', 'c']

const ruleWith = (members: object) => ({
  ...readRule({ name: 'Rule', condition: { kind: 'host-down' }, ...members }),
  ...{ id: 1, source: 'people' as const, changedAt: NOW, changedBy: 'test' }
})

/** What a look may show of a host: bad, good, in between, nothing; and whether only silence says so. */
const shown = fc.record({
  look: fc.constantFrom('bad', 'good', 'between', 'unseen'),
  silence: fc.boolean()
})
const look = fc.record({
  hosts: fc.tuple(shown, shown, shown),
  gap: fc.integer({ min: 5_000, max: 120_000 }),
  held: fc.boolean(),
  silenced: fc.subarray(HOSTS)
})
const lives = fc.record({
  rule: fc.record({
    for: fc.constantFrom('0s', '30s', '2m'),
    remind: fc.constantFrom(null, '5m')
  }),
  looks: fc.array(look, { minLength: 1, maxLength: 40 })
})

const findingOf = (look: string, silence: boolean): Finding => ({
  ...{ seen: look !== 'unseen', bad: look === 'bad', recovered: look === 'good', silence, value: 1 },
  describe: () => look
})

test('who is told that it fires is told once, and then that it is over; what is held back changes nothing', () => {
  fc.assert(
    fc.property(lives, ({ rule: members, looks }) => {
      const rule = ruleWith(members)
      let rows: AlertRow[] = []
      let now = NOW
      /** Hosts of which people believe that they fire. */
      const told = new Set<string>()
      for (const { hosts, gap, held, silenced } of looks) {
        now += gap
        const before = new Map(rows.map((row) => [row.host, row.state]))
        const stand = standings(rule, rows, held, now)
        for (const [i, { look, silence }] of hosts.entries()) {
          const subject = { hostId: i + 1, host: HOSTS[i] as string, key: WHOLE, labels: {} }
          stand.take(subject, findingOf(look, silence))
        }
        const outcome = stand.finish(() => undefined)
        const messages = tell(outcome, ({ host }) => silenced.includes(host ?? ''), now)
        rows = outcome.rows.map(({ row }) => row)

        const after = new Map(rows.map((row) => [row.host, row.state]))
        for (const [i, { silence }] of hosts.entries()) {
          if (held && silence) expect(after.get(HOSTS[i] as string)).toBe(before.get(HOSTS[i] as string))
        }
        expect(Object.values(outcome.counts).reduce((a, b) => a + b)).toBe(HOSTS.length)
        expect(outcome.transitions.map(({ row, from, to }) => [row.host, from, to])).toEqual(
          expect.arrayContaining(
            HOSTS.filter((host) => before.get(host) !== after.get(host)).map((host) => [
              ...[host, before.get(host) ?? 'ok', after.get(host) ?? 'ok']
            ])
          )
        )

        expect(new Set(messages.map(({ kind }) => kind)).size, 'one message a kind').toBe(messages.length)
        for (const { kind, alerts } of messages) {
          expect(alerts.length).toBeGreaterThan(0)
          for (const { host } of alerts as { host: string }[]) {
            if (kind === 'firing')
              expect([host, told.has(host), silenced.includes(host)]).toEqual([host, false, false])
            else expect([host, told.has(host)]).toEqual([host, true])
            if (kind === 'reminder') expect(after.get(host)).toBe('firing')
            if (kind === 'resolved') expect(after.get(host)).toBeUndefined()
            if (kind === 'firing') told.add(host)
            if (kind === 'resolved') told.delete(host)
          }
        }
        // Nobody is left in the belief that it fires, or unaware that it does.
        for (const host of told) expect(['firing', 'unknown']).toContain(after.get(host))
        for (const [host, state] of after) {
          if (state === 'firing' && !silenced.includes(host ?? '')) expect(told).toContain(host)
        }
      }
    }),
    { numRuns: 1_000 }
  )
})
