/** A message for Slack: blocks, and a text for notifications. Limits as published at docs.slack.dev/reference/block-kit. */
import { cut, joined, listed, parts } from '../fit.ts'
import type { Line, Story } from '../story.ts'

/** Characters, but for `blocks`. `all` is not published: Slack refuses blocks of some 13,000 (`msg_blocks_too_long`). */
export const SLACK_LIMITS = {
  header: 150,
  section: 3_000,
  context: 3_000,
  blocks: 50,
  text: 4_000,
  all: 12_000
}

export interface SlackPayload {
  text: string
  blocks: object[]
}

/** https://docs.slack.dev/messaging/formatting-message-text: three characters mean something. */
export const escapeSlack = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } })
const context = (text: string) => ({ type: 'context', elements: [{ type: 'mrkdwn', text }] })

export function slackPayload(story: Story): SlackPayload {
  const { mark, title, lines, facts, late, note, link } = story
  const { header, section: most, text } = SLACK_LIMITS
  const list = joined(listed(lines.map(lineText), most))
  const about = [escapeSlack(facts), ...(link ? [`<${link}|Open>`] : [])].join(' · ')
  return {
    text: cut(`${mark} ${escapeSlack(title)}`, text),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: cut(`${mark} ${title}`, header), emoji: true } },
      ...(list ? [section(list)] : []),
      ...(note ? [section(cutEscaped(note, most))] : []),
      ...(late ? [section(`_${escapeSlack(late)}_`)] : []),
      context(about)
    ]
  }
}

function lineText({ host, labels, text, when, link }: Line): string {
  const name = escapeSlack(host)
  const subject = [name && (link ? `<${link}|${name}>` : `*${name}*`), escapeSlack(labels)].filter(Boolean)
  const said = [...(subject.length > 0 ? [subject.join(' ')] : []), escapeSlack(text)].join(': ')
  return `• ${said}${when && ` (${when})`}`
}

/** The text of a template, already escaped by it. */
export function slackText(text: string, story: Story): SlackPayload {
  const { section: most, text: longest } = SLACK_LIMITS
  return {
    text: cut(`${story.mark} ${escapeSlack(story.title)}`, longest),
    blocks: parts(cut(text, 3 * most), most).map(section)
  }
}

/** An entity is never cut apart. */
function cutEscaped(text: string, most: number): string {
  for (let room = most; ; room -= 100) {
    const escaped = escapeSlack(cut(text, room))
    if (escaped.length <= most) return escaped
  }
}
