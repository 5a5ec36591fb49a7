/** A message as a channel of one kind wants it: dressed by us, or by a template. */
import type { ChannelConfig, ChannelPreview, WebhookBody } from '@miniobserv/protocol'
import { type DiscordPayload, discordPayload, discordText, escapeDiscord } from './channel/discord.ts'
import { type Mail, mailOf, mailText } from './channel/email.ts'
import { escapeSlack, type SlackPayload, slackPayload, slackText } from './channel/slack.ts'
import { escapeTeams, type TeamsPayload, teamsPayload, teamsText } from './channel/teams.ts'
import { webhookBody } from './channel/webhook.ts'
import { MOST_LINES } from './fit.ts'
import type { Message } from './message.ts'
import { type Story, storyOf, type Telling } from './story.ts'
import { renderTemplate } from './template.ts'

/** What of a channel decides how a message looks. */
export type Style = Pick<ChannelConfig, 'kind'> & { template?: string | undefined }

export type Composed =
  | { kind: 'slack'; payload: SlackPayload }
  | { kind: 'webhook'; payload: WebhookBody }
  | { kind: 'email'; payload: Mail }
  | { kind: 'discord'; payload: DiscordPayload }
  | { kind: 'teams'; payload: TeamsPayload }

/** @param id of the notification */
export function compose({ kind, template }: Style, id: string, message: Message, telling: Telling): Composed {
  const story = storyOf(message, telling)
  const text = (encode: (text: string) => string) =>
    template === undefined ? undefined : renderTemplate(template, viewOf(message, story), encode)
  switch (kind) {
    case 'slack': {
      const own = text(escapeSlack)
      return { kind, payload: own === undefined ? slackPayload(story) : slackText(own, story) }
    }
    case 'discord': {
      const own = text(escapeDiscord)
      return { kind, payload: own === undefined ? discordPayload(story) : discordText(own, story) }
    }
    case 'teams': {
      const own = text(escapeTeams)
      return { kind, payload: own === undefined ? teamsPayload(story) : teamsText(own, story) }
    }
    case 'email': {
      const own = text(String)
      return { kind, payload: own === undefined ? mailOf(story, message) : mailText(own, story, message) }
    }
    case 'webhook':
      return { kind, payload: webhookBody(id, message, story) }
  }
}

/** Shows a message without sending it. */
export function preview(style: Style, message: Message, telling: Telling): ChannelPreview {
  const { payload } = compose(style, '00000000-0000-0000-0000-000000000000', message, telling)
  const story = storyOf(message, telling)
  const text =
    style.kind === 'webhook'
      ? JSON.stringify(payload, null, 2)
      : style.template === undefined
        ? mailOf(story, message).text
        : renderTemplate(style.template, viewOf(message, story), String)
  return { text, payload }
}

/** What a template can name. */
function viewOf(message: Message, story: Story): object {
  const { kind, rule } = message
  const { title, mark, facts, late, note, link } = story
  return {
    ...{ title, mark, kind, facts, note, late: late ?? '', link: link ?? '' },
    ...{ firing: kind === 'firing', resolved: kind === 'resolved' },
    ...{ reminder: kind === 'reminder', test: kind === 'test' },
    rule: { name: rule.name, severity: rule.severity },
    alerts: story.lines.slice(0, MOST_LINES).map(({ host, labels, text, when, link }) => ({
      ...{ host, labels, summary: text, when, link: link ?? '' }
    })),
    total: story.lines.length,
    more: Math.max(0, story.lines.length - MOST_LINES)
  }
}
