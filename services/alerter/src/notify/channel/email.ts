/** A message as a mail: plain and HTML, and all of one rule in one thread. */

import { cut, joined, listed } from '../fit.ts'
import type { Message } from '../message.ts'
import type { Line, Story } from '../story.ts'

export interface Mail {
  subject: string
  text: string
  html: string
}

/** Mails have room: for so many characters of lines. */
const ROOM = 20_000

export const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

export function mailOf(story: Story, message: Message): Mail {
  const { title, lines, facts, late, note, link } = story
  const plain = [
    title,
    joined(listed(lines.map(plainLine), ROOM)),
    note,
    late ?? '',
    [facts, link ?? ''].filter(Boolean).join('\n')
  ]
  const { lines: items, more } = listed(lines.map(htmlLine), 3 * ROOM)
  const color = `#${story.color.toString(16).padStart(6, '0')}`
  const html = [
    `<p style="margin:0 0 12px;padding-left:10px;border-left:4px solid ${color};font-size:17px"><strong>${escapeHtml(title)}</strong></p>`,
    items.length > 0
      ? `<ul style="padding-left:20px">${items.join('')}${more && `<li>${more}</li>`}</ul>`
      : '',
    note && `<p>${breaks(note)}</p>`,
    late ? `<p><em>${escapeHtml(late)}</em></p>` : '',
    `<p style="color:#5a6472;font-size:13px">${escapeHtml(facts)}${link ? ` · <a href="${escapeHtml(link)}">Open</a>` : ''}</p>`
  ]
  return {
    subject: subjectOf(message, title),
    text: `${plain.filter(Boolean).join('\n\n')}\n`,
    html: page(html.filter(Boolean).join('\n'))
  }
}

/** The text of a template. */
export const mailText = (text: string, { title }: Story, message: Message): Mail => ({
  subject: subjectOf(message, title),
  text: `${cut(text, 100_000)}\n`,
  html: page(`<p>${breaks(cut(text, 100_000))}</p>`)
})

/** How bad it is stands first: a list of mails shows little more. */
const subjectOf = ({ kind, rule }: Message, title: string): string =>
  cut(kind === 'firing' || kind === 'reminder' ? `[${rule.severity}] ${title}` : title, 200)

function plainLine({ host, labels, text, when }: Line): string {
  const subject = [host, labels].filter(Boolean).join(' ')
  return `- ${subject && `${subject}: `}${text}${when && ` (${when})`}`
}

function htmlLine({ host, labels, text, when, link }: Line): string {
  const name = host && `<strong>${escapeHtml(host)}</strong>`
  const named = link && name ? `<a href="${escapeHtml(link)}">${name}</a>` : name
  const subject = [named, escapeHtml(labels)].filter(Boolean).join(' ')
  return `<li>${subject && `${subject}: `}${escapeHtml(text)}${when && ` (${when})`}</li>`
}

const breaks = (text: string): string => escapeHtml(text).replaceAll('\n', '<br>')

const page = (body: string): string =>
  `<!doctype html><html><body style="font-family:system-ui,sans-serif;font-size:14px;color:#14181f">\n${body}\n</body></html>`

export interface Thread {
  messageId: string
  references: string
  inReplyTo: string
}

/** All mails about a rule hang on one that was never sent: programs show them as one conversation. */
export function threadOf({ rule }: Message, id: string, from: string): Thread {
  const domain = /@([^\s>]+)>?$/.exec(from)?.[1] ?? 'miniobserv'
  const root = `<rule-${rule.id ?? 'test'}@${domain}>`
  return { messageId: `<${id}@${domain}>`, references: root, inReplyTo: root }
}
