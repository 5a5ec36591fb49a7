/** A message for Microsoft Teams: an Adaptive Card, as the workflow "post to a channel when a webhook request is received" takes it. */
import { cut, joined, listed } from '../fit.ts'
import type { Line, Story } from '../story.ts'

/** Bytes of the whole message; Teams takes 28 KB. */
export const TEAMS_LIMITS = { all: 28_000 }

/** What is left for the list once title, note and facts have theirs. */
const FOR_LINES = 16_000

export interface TeamsPayload {
  type: 'message'
  attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive'; contentUrl: null; content: object }]
}

/** Text blocks take a little Markdown. */
export const escapeTeams = (text: string): string => text.replace(/[\\*_~`[\]()#>|-]/g, '\\$&')

const size = (text: string): number => Buffer.byteLength(JSON.stringify(text))
const block = (text: string, more: object = {}) => ({ type: 'TextBlock', text, wrap: true, ...more })

const COLORS: Record<string, string> = { '🔴': 'Attention', '🟠': 'Warning', '🔵': 'Accent', '🟢': 'Good' }

export function teamsPayload(story: Story): TeamsPayload {
  const { mark, title, lines, facts, late, note, link } = story
  // A line of its own for each: in Markdown one line break is none.
  const list = joined(listed(lines.map(lineText), FOR_LINES, size)).replaceAll('\n', '\n\n')
  return card(
    [
      block(`${mark} ${cut(escapeTeams(title), 600)}`, {
        weight: 'Bolder',
        size: 'Large',
        color: COLORS[mark]
      }),
      ...(list ? [block(list)] : []),
      ...(note ? [block(cutBytes(escapeTeams(note), 5_000))] : []),
      ...(late ? [block(escapeTeams(late), { isSubtle: true })] : []),
      block(cutBytes(escapeTeams(facts), 1_500), { isSubtle: true, size: 'Small' })
    ],
    link
  )
}

function lineText({ host, labels, text, when, link }: Line): string {
  const name = escapeTeams(host)
  const subject = [name && (link ? `[${name}](${link})` : `**${name}**`), escapeTeams(labels)].filter(Boolean)
  const said = [...(subject.length > 0 ? [subject.join(' ')] : []), escapeTeams(text)].join(': ')
  return `${said}${when && ` (${when})`}`
}

/** The text of a template, already escaped by it. */
export const teamsText = (text: string, { link }: Story): TeamsPayload =>
  card([block(cutBytes(text, 24_000))], link)

function card(body: object[], link: string | null): TeamsPayload {
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body,
    ...(link && { actions: [{ type: 'Action.OpenUrl', title: 'Open', url: link }] }),
    msteams: { width: 'Full' }
  }
  return {
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }]
  }
}

/** A character of JSON takes up to six bytes. */
function cutBytes(text: string, most: number): string {
  let short = cut(text, most)
  while (size(short) > most) short = cut(short, Math.floor(short.length * 0.8))
  return short
}
