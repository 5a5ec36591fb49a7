/** Mail against a real SMTP server: two parts, one thread a rule, and refusals told apart from trouble. */
import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Message } from '../src/notify/message.ts'
import { send } from '../src/notify/send.ts'

const AT = Date.UTC(2026, 10, 25, 3, 12, 10)
const telling = { publicUrl: 'https://monitor.example.org', now: AT }
let mails: { to: string[]; text: string }[]
let refuse: (address: string) => { responseCode: number; message: string } | undefined
let server: SMTPServer
beforeEach(async () => {
  mails = []
  refuse = () => undefined
  server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    authOptional: true,
    onAuth({ username, password }, _, done) {
      const right = username === 'robot' && password === 'p@ss word'
      done(right ? null : new Error(`wrong password ${password}`), { user: username })
    },
    onRcptTo({ address }, _, done) {
      const no = refuse(address)
      done(no ? Object.assign(new Error(no.message), { responseCode: no.responseCode }) : null)
    },
    onData(stream, session, done) {
      let text = ''
      stream.on('data', (chunk) => {
        text += chunk
      })
      stream.on('end', () => {
        mails.push({ to: session.envelope.rcptTo.map(({ address }) => address), text })
        done()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
})
afterEach(() => new Promise<void>((resolve) => void server.close(() => resolve())))

const message = (kind: Message['kind']): Message => ({
  ...{ kind, at: AT },
  rule: { id: 7, name: 'Host down', severity: 'critical', note: 'Ünplugged?', labels: {} },
  alerts: [{ host: 'web-01', labels: {}, value: 41, summary: 'nothing came from it for 41 s', since: AT }]
})
const mail = (
  id: string,
  kind: Message['kind'],
  { user = 'robot:p%40ss%20word@', to = ['a@example.org', 'b@example.org'] } = {}
) => {
  const { port } = server.server.address() as AddressInfo
  const config = {
    kind: 'email' as const,
    server: `smtp://${user}127.0.0.1:${port}`,
    from: 'MiniObserv <m@example.org>',
    to
  }
  return send({ id, config, message: message(kind) }, telling)
}
const header = (text: string, name: string) => new RegExp(`^${name}: (.*)$`, 'mi').exec(text)?.[1]

test('one mail to all, plain and HTML, and what belongs together in one thread', async () => {
  expect(await mail('id-1', 'firing')).toBe(undefined)
  await mail('id-2', 'resolved')
  expect(mails.map(({ to }) => to)).toEqual(Array(2).fill(['a@example.org', 'b@example.org']))
  const [firing = '', resolved = ''] = mails.map(({ text }) => text)
  expect(header(firing, 'Subject')).toBe('[critical] Host down: web-01')
  expect(header(resolved, 'Subject')).toBe('Resolved: Host down: web-01')
  expect([header(firing, 'Message-ID'), header(resolved, 'Message-ID')]).toEqual([
    '<id-1@example.org>',
    '<id-2@example.org>'
  ])
  for (const text of [firing, resolved]) {
    expect(header(text, 'References')).toBe('<rule-7@example.org>')
    expect(header(text, 'In-Reply-To')).toBe('<rule-7@example.org>')
  }
  expect(firing).toMatch(
    /text\/plain[\s\S]*- web-01: nothing came from it for 41 s[\s\S]*text\/html[\s\S]*<strong>/
  )
})

test('a wrong password is final and told without it; so is an address that nobody has', async () => {
  const wrong = await mail('id', 'firing', { user: 'robot:hunter2hunter2@' }).catch((error) => error)
  expect(wrong).toMatchObject({ name: 'SendError', final: true })
  expect(wrong.message).not.toContain('hunter2')
  refuse = () => ({ responseCode: 550, message: 'no such user' })
  await expect(mail('id', 'firing')).rejects.toMatchObject({
    final: true,
    message: expect.stringContaining('no such user')
  })
})

test('a server that is busy, or away, may take it later', async () => {
  refuse = () => ({ responseCode: 451, message: 'try again later' })
  await expect(mail('id', 'firing')).rejects.toMatchObject({
    final: false,
    message: expect.stringContaining('451')
  })
  const config = {
    kind: 'email' as const,
    server: 'smtp://127.0.0.1:1',
    from: 'm@example.org',
    to: ['a@b.org']
  }
  await expect(send({ id: 'id', config, message: message('firing') }, telling)).rejects.toMatchObject({
    final: false
  })
})

test('where some get it and some do not, it is sent, and says who did not', async () => {
  refuse = (address) => (address.startsWith('b') ? { responseCode: 550, message: 'no such user' } : undefined)
  expect(await mail('id', 'firing')).toBe('refused for b@example.org')
  expect(mails.map(({ to }) => to)).toEqual([['a@example.org']])
})
