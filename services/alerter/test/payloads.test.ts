/** What each channel gets: it reads well, and whatever hosts call themselves, it stays within the published limits. */
import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DISCORD_LIMITS } from '../src/notify/channel/discord.ts'
import { SLACK_LIMITS, type SlackPayload } from '../src/notify/channel/slack.ts'
import { TEAMS_LIMITS } from '../src/notify/channel/teams.ts'
import { webhookHeaders } from '../src/notify/channel/webhook.ts'
import { type Composed, compose, preview, type Style } from '../src/notify/compose.ts'
import { exampleMessage } from '../src/notify/examples.ts'
import type { Message, MessageAlert } from '../src/notify/message.ts'
import { checkTemplate } from '../src/notify/template.ts'

const AT = Date.UTC(2026, 10, 25, 3, 12, 10)
const telling = { publicUrl: 'https://monitor.example.org/', now: AT + 400 }
const of = <K extends Composed['kind']>(kind: K, message: Message, template?: string, now = telling.now) =>
  compose({ kind, template } as Style, 'id-1', message, { ...telling, now }).payload as Extract<
    Composed,
    { kind: K }
  >['payload']
const down = (hosts: number, kind: Message['kind'] = 'firing'): Message => ({
  ...{ kind, at: AT },
  rule: {
    id: 7,
    name: 'Host down',
    severity: 'critical',
    note: 'Is it plugged in?',
    labels: { team: 'shop' }
  },
  alerts: Array.from({ length: hosts }, (_, i) => ({
    ...{ host: `web-${String(i + 1).padStart(2, '0')}`, labels: {}, value: 41 },
    ...{ summary: 'nothing came from it for 41 s', since: kind === 'firing' ? AT : AT - 720_000 }
  }))
})
const sections = ({ blocks }: SlackPayload) =>
  (blocks as { type: string; text?: { text: string } }[]).flatMap(({ type, text }) =>
    type === 'section' && text ? [text.text] : []
  )

test('Slack: one host down, with a link to its charts at that time', () => {
  const link = `https://monitor.example.org/#/hosts/web-01?from=${AT - 1_800_000}&to=${AT + 1_800_000}`
  expect(of('slack', down(1))).toEqual({
    text: '🔴 Host down: web-01',
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: '🔴 Host down: web-01', emoji: true } },
      {
        type: 'section',
        text: { type: 'mrkdwn', text: `• <${link}|web-01>: nothing came from it for 41 s` }
      },
      { type: 'section', text: { type: 'mrkdwn', text: 'Is it plugged in?' } },
      {
        type: 'context',
        elements: [{ type: 'mrkdwn', text: `critical · team=shop · 03:12:10 UTC · <${link}|Open>` }]
      }
    ]
  })
})

test('twenty hosts down are one message that lists them; of more, the first twenty and how many more', () => {
  const [twenty = ''] = sections(of('slack', down(20)))
  expect(of('slack', down(20)).text).toBe('🔴 Host down: 20 hosts')
  expect(twenty.split('\n')).toHaveLength(20)
  const [more = ''] = sections(of('slack', down(32)))
  expect(more.split('\n')).toHaveLength(21)
  expect(more).toMatch(/\|web-20>.*\nand 12 more$/)
  for (const kind of ['discord', 'teams', 'email'] as const)
    expect(JSON.stringify(of(kind, down(32)))).toContain('and 12 more')
})

test.each([
  ['firing', 2, '🔴 Host down: web-01 and web-02', ''],
  ['resolved', 3, '🟢 Resolved: Host down: web-01, web-02 and web-03', ' (after 12 min)'],
  ['reminder', 4, '🔴 Still firing: Host down: 4 hosts', ' (for 12 min)']
] as const)('%s of %i hosts: %s', (kind, hosts, title, when) => {
  expect(of('slack', down(hosts, kind)).text).toBe(title)
  const mail = of('email', down(hosts, kind))
  expect(mail.subject).toBe((kind === 'resolved' ? '' : '[critical] ') + title.slice(3))
  expect(mail.text).toContain(`- web-02: nothing came from it for 41 s${when}`)
  expect(mail.text.includes('Is it plugged in?')).toBe(kind !== 'resolved')
})

test('several series of one host, none at all, and what is sent late', () => {
  const series = down(1)
  series.alerts = ['sda', 'sdb'].map((device) => ({
    ...(series.alerts[0] as MessageAlert),
    labels: { device }
  }))
  expect(of('slack', series).text).toBe('🔴 Host down: web-01 (2 series)')
  const blind = { ...down(1), alerts: [{ ...(down(1).alerts[0] as MessageAlert), host: null }] }
  expect(of('slack', blind).text).toBe('🔴 Host down')
  expect(JSON.stringify(of('slack', blind))).toContain('https://monitor.example.org/#/alerts|Open')
  const late = of('email', down(1), undefined, AT + 47 * 60_000)
  expect(late.text).toContain('Sent 47 min late: this was at 03:12:10 UTC.')
})

test('without PUBLIC_URL there are no links', () => {
  const { payload } = compose({ kind: 'slack' }, 'id', down(3), { publicUrl: '', now: AT })
  expect(JSON.stringify(payload)).not.toMatch(/http|\|/)
})

/** What any host or person might come up with; long, with signs that mean something to one of the channels. */
const word = (maxLength: number): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.oneof(
        fc.string({ unit: 'grapheme', maxLength: 12 }),
        fc.string({ unit: fc.constantFrom(...'<>&*_`@\\\n"\u0001😀東|!'), minLength: 1, maxLength: 12 })
      ),
      fc.constantFrom(1, 30, maxLength)
    )
    .map(([text, length]) => text.repeat(length).slice(0, length))
const anyMessage: fc.Arbitrary<Message> = fc.record({
  kind: fc.constantFrom('firing' as const, 'resolved' as const, 'reminder' as const),
  at: fc.constant(AT),
  rule: fc.record({
    ...{
      id: fc.constant(1),
      name: word(10_000),
      severity: fc.constantFrom('info' as const, 'critical' as const)
    },
    ...{ note: word(2_000), labels: fc.dictionary(word(200), word(10_000), { maxKeys: 3 }) }
  }),
  alerts: fc
    .tuple(
      fc.array(
        fc.record({
          ...{ host: fc.option(word(10_000)), labels: fc.dictionary(word(200), word(1_000), { maxKeys: 3 }) },
          ...{ value: fc.constant(1), summary: word(10_000), since: fc.integer({ min: 0, max: AT }) }
        }),
        { minLength: 1, maxLength: 8 }
      ),
      fc.constantFrom(1, 30, 1_000)
    )
    .map(([some, count]) =>
      Array.from({ length: Math.max(count, some.length) }, (_, i) => some[i % some.length] as MessageAlert)
    )
})
const within = (text: string, least: number, most: number) => {
  expect(text.length).toBeGreaterThanOrEqual(least)
  expect(text.length).toBeLessThanOrEqual(most)
}

function keepsSlackLimits({ text, blocks }: SlackPayload, pingless: boolean): void {
  within(text, 1, SLACK_LIMITS.text)
  expect(blocks.length).toBeLessThanOrEqual(SLACK_LIMITS.blocks)
  let all = 0
  for (const block of blocks as { type: string; text?: { text: string }; elements?: { text: string }[] }[]) {
    for (const { text } of block.text ? [block.text] : (block.elements ?? [])) {
      within(text, 1, block.type === 'header' ? SLACK_LIMITS.header : SLACK_LIMITS.section)
      all += text.length
      if (pingless && block.type !== 'header') expect(text.includes('<!') || text.includes('<@')).toBe(false)
    }
  }
  expect(all).toBeLessThanOrEqual(SLACK_LIMITS.all)
}

test('1,000 alerts, names of 10,000 characters: every message keeps the limits and lists something', () => {
  fc.assert(
    fc.property(anyMessage, (message) => {
      const slack = of('slack', message)
      keepsSlackLimits(slack, true)
      expect(sections(slack)[0]?.startsWith('•')).toBe(true)

      const { embeds } = of('discord', message)
      expect(embeds).toHaveLength(1)
      const [{ title = '', description, footer }] = embeds as [(typeof embeds)[number]]
      within(title, 1, DISCORD_LIMITS.title)
      within(description, 1, DISCORD_LIMITS.description)
      within(title + description + (footer?.text ?? ''), 1, DISCORD_LIMITS.all)

      expect(Buffer.byteLength(JSON.stringify(of('teams', message)))).toBeLessThanOrEqual(TEAMS_LIMITS.all)
      const mail = of('email', message)
      expect(/[\r\n]/.test(mail.subject)).toBe(false)
      within(mail.html, 1, 200_000)
      expect(of('webhook', message)).toMatchObject({ id: 'id-1', total: message.alerts.length })
      expect(JSON.stringify([slack, embeds]).isWellFormed()).toBe(true)
    }),
    { numRuns: 25, endOnFailure: true }
  )
}, 60_000)

test('what a template makes of it keeps the limits too', () => {
  const template =
    '{{title}}\n{{#alerts}}{{host}} {{labels}} {{summary}} {{{summary}}} {{when}}\n{{/alerts}}{{note}}{{facts}}'
  fc.assert(
    fc.property(anyMessage, (message) => {
      keepsSlackLimits(of('slack', message, template), false)
      within(of('discord', message, template).embeds[0]?.description ?? '', 1, DISCORD_LIMITS.description)
      expect(Buffer.byteLength(JSON.stringify(of('teams', message, template)))).toBeLessThanOrEqual(
        TEAMS_LIMITS.all
      )
    }),
    { numRuns: 15, endOnFailure: true }
  )
}, 60_000)

test('a template says it in its own words, escaped for the channel', () => {
  const template =
    '{{#firing}}Wake up: {{/firing}}{{rule.name}} <{{total}}>{{#alerts}}\n{{host}}{{/alerts}}{{#more}}\n+{{more}}{{/more}}'
  const message = { ...down(22), rule: { ...down(1).rule, name: 'R&D' } }
  expect(sections(of('slack', message, template))[0]).toMatch(
    /^Wake up: R&amp;D <22>\nweb-01\n[\s\S]*web-20\n\+2$/
  )
  expect(of('email', message, template).text).toMatch(/^Wake up: R&D <22>/)
  expect(of('email', message, template).html).toContain('R&amp;D &lt;22&gt;<br>web-01')
  expect(
    preview({ kind: 'slack', template: '{{kind}}: {{link}}' }, exampleMessage('resolved', AT), telling).text
  ).toBe('resolved: https://monitor.example.org/#/alerts')
})

test.each([
  '{{#alerts}}{{#firing}}{{#alerts}}x{{/alerts}}{{/firing}}{{/alerts}}',
  '{{#a}}{{#b}}{{#c}}{{#d}}{{#e}}{{#f}}x{{/f}}{{/e}}{{/d}}{{/c}}{{/b}}{{/a}}',
  '{{#alerts}}',
  '{{title',
  '{{> partial}}'
])('the template %j is refused', (template) => {
  expect(() => checkTemplate(template, '/template')).toThrow(
    expect.objectContaining({ code: 'template_invalid' })
  )
})

test('a webhook is signed as any library of Standard Webhooks verifies it', () => {
  const key = Buffer.from('0123456789abcdef0123456789abcdef')
  const sign = (text: string) => `v1,${createHmac('sha256', key).update(text).digest('base64')}`
  const signed = `id-1.${Math.floor(AT / 1_000)}.{"a":1}`
  for (const secret of [`whsec_${key.toString('base64')}`, key.toString()]) {
    expect(webhookHeaders('id-1', '{"a":1}', secret, AT)).toEqual({
      'webhook-id': 'id-1',
      'webhook-timestamp': String(Math.floor(AT / 1_000)),
      'webhook-signature': sign(signed)
    })
  }
  expect(webhookHeaders('id-1', '{}', undefined, AT)).not.toHaveProperty('webhook-signature')
})
