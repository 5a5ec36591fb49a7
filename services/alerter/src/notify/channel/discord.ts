/** A message for Discord: one embed. Limits as published at discord.com/developers/docs/resources/message#embed-object-embed-limits. */
import { cut, joined, listed } from '../fit.ts'
import type { Line, Story } from '../story.ts'

/** Characters; `all` of every embed together. */
export const DISCORD_LIMITS = { embeds: 10, title: 256, description: 4_096, footer: 2_048, all: 6_000 }

export interface DiscordPayload {
  embeds: { title?: string; url?: string; description: string; color: number; footer?: { text: string } }[]
  /** Nobody is pinged by what a host calls itself. */
  allowed_mentions: { parse: [] }
}

export const escapeDiscord = (text: string): string => text.replace(/[\\*_~`|>#[\]()<@-]/g, '\\$&')

export function discordPayload(story: Story): DiscordPayload {
  const { mark, title, lines, facts, late, note, link } = story
  const extra = [note && escapeDiscord(note), late && `*${escapeDiscord(late)}*`].filter(Boolean)
  const after = extra.map((text) => `\n\n${text}`).join('')
  const list = joined(listed(lines.map(lineText), DISCORD_LIMITS.description - after.length))
  return embed({
    title: cut(`${mark} ${title}`, DISCORD_LIMITS.title),
    ...(link && { url: link }),
    description: list + after,
    color: story.color,
    footer: { text: facts }
  })
}

function lineText({ host, labels, text, when, link }: Line): string {
  const name = escapeDiscord(host)
  const subject = [name && (link ? `[${name}](${link})` : `**${name}**`), escapeDiscord(labels)].filter(
    Boolean
  )
  const said = [...(subject.length > 0 ? [subject.join(' ')] : []), escapeDiscord(text)].join(': ')
  return `• ${said}${when && ` (${when})`}`
}

/** The text of a template, already escaped by it. */
export const discordText = (text: string, { color }: Story): DiscordPayload =>
  embed({ description: cut(text, DISCORD_LIMITS.description), color })

const embed = (one: DiscordPayload['embeds'][number]): DiscordPayload => ({
  embeds: [one],
  allowed_mentions: { parse: [] }
})
